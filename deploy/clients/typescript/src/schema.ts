// Made by `npm run generate` from the gateway's OpenAPI document. Do not edit.

export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What this is */
        get: operations["getAbout"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The keys that verify access tokens */
        get: operations["getKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/openid-configuration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The issuer of access tokens */
        get: operations["getOpenIDConfiguration"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/accept-invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accept an invitation */
        post: operations["acceptInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/apple/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where Apple sends browsers back to */
        get: operations["finishWithApple"];
        put?: never;
        /** Where Apple sends browsers back to */
        post: operations["finishByFormWithApple"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/apple/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in with Apple */
        post: operations["loginWithApple"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/apple/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Register with Apple */
        post: operations["registerWithApple"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/apple/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Send the browser to Apple */
        get: operations["startWithApple"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The audit trail of accounts */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/audit/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The audit trail of one's own account */
        get: operations["listOwnAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/change-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change one's password
         * @description All other sessions of the user end.
         */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/csrf-token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The CSRF token of the caller's session */
        get: operations["getCSRFToken"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/decline-registration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Remove an account that somebody registered with one's address
         * @description The code is that of the registration letter.
         */
        post: operations["declineRegistration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/facebook/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where Facebook sends browsers back to */
        get: operations["finishWithFacebook"];
        put?: never;
        /** Where Facebook sends browsers back to */
        post: operations["finishByFormWithFacebook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/facebook/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in with Facebook */
        post: operations["loginWithFacebook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/facebook/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Register with Facebook */
        post: operations["registerWithFacebook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/facebook/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Send the browser to Facebook */
        get: operations["startWithFacebook"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/forgot-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mail a code for a new password
         * @description The answer is the same whoever is registered.
         */
        post: operations["forgotPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/google/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where Google sends browsers back to */
        get: operations["finishWithGoogle"];
        put?: never;
        /** Where Google sends browsers back to */
        post: operations["finishByFormWithGoogle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/google/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in with Google */
        post: operations["loginWithGoogle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/google/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Register with Google */
        post: operations["registerWithGoogle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/google/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Send the browser to Google */
        get: operations["startWithGoogle"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/linkedin/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where Linkedin sends browsers back to */
        get: operations["finishWithLinkedin"];
        put?: never;
        /** Where Linkedin sends browsers back to */
        post: operations["finishByFormWithLinkedin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/linkedin/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in with Linkedin */
        post: operations["loginWithLinkedin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/linkedin/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Register with Linkedin */
        post: operations["registerWithLinkedin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/linkedin/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Send the browser to Linkedin */
        get: operations["startWithLinkedin"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End the caller's session */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/mfa/factors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's second factors */
        get: operations["listSecondFactors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/mfa/factors/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Rename a second factor */
        put: operations["renameSecondFactor"];
        post?: never;
        /**
         * Remove a second factor
         * @description The recovery codes go with the last one.
         */
        delete: operations["removeSecondFactor"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/mfa/passkey-options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a passkey as the second factor
         * @description Of a sign-in, only the latest question can be answered, once.
         */
        post: operations["askForSecondFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/mfa/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set up a passkey
         * @description It is asked for once the browser's answer is confirmed, within five minutes.
         */
        post: operations["enrolPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/mfa/passkeys/{id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm a passkey
         * @description The question can be answered once. The first factor of a user comes with recovery codes, which are shown only here.
         */
        post: operations["confirmPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/mfa/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replace the recovery codes */
        post: operations["renewRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/mfa/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set up an authenticator app
         * @description The app is asked for once its first code is confirmed.
         */
        post: operations["enrolTOTP"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/mfa/totp/{id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm an authenticator app
         * @description The first factor of a user comes with recovery codes, which are shown only here.
         */
        post: operations["confirmTOTP"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/mfa/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Finish a sign-in with a second factor */
        post: operations["verifySecondFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/passkeys/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with a passkey
         * @description The authenticator must have verified its user. No second factor is asked for.
         */
        post: operations["loginWithPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/passkeys/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a passkey instead of a password
         * @description The question can be answered once, for five minutes.
         */
        post: operations["askForPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The sign-in providers, and which one has linked */
        get: operations["listProviders"];
        put?: never;
        /** Link an account of a provider */
        post: operations["linkProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/providers/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Unlink the account of a provider */
        delete: operations["unlinkProvider"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Renew the tokens of a session */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register
         * @description A code is mailed to the address, which `verify-email` needs. Without a username, it is the address up to the @.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/resend-verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mail the code again
         * @description The answer is the same whoever is registered.
         */
        post: operations["resendVerification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/reset-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password by a mailed code
         * @description All sessions of the user end.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's open sessions */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        /** End all sessions but this */
        delete: operations["endOtherSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a session */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/verify-email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verify an email address
         * @description Without the account's own access token, the sessions that were opened before end.
         */
        post: operations["verifyEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/x/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where X sends browsers back to */
        get: operations["finishWithX"];
        put?: never;
        /** Where X sends browsers back to */
        post: operations["finishByFormWithX"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/x/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in with X */
        post: operations["loginWithX"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/x/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Register with X */
        post: operations["registerWithX"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/x/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Send the browser to X */
        get: operations["startWithX"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What administrators did */
        get: operations["listBillingAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/checkout-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open a page on which to subscribe */
        post: operations["startCheckout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/checkout-sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of a checkout */
        get: operations["getCheckout"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/coupons": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Coupons */
        get: operations["listCoupons"];
        put?: never;
        /** Create a coupon */
        post: operations["createCoupon"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/coupons/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A coupon */
        get: operations["getCoupon"];
        /**
         * Change a coupon
         * @description A member that is left out stays as it is.
         */
        put: operations["updateCoupon"];
        post?: never;
        /**
         * Archive a coupon
         * @description Nothing is deleted: what uses it goes on.
         */
        delete: operations["archiveCoupon"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/entitlements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What one's subscription entitles to */
        get: operations["getEntitlements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/invoices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's invoices */
        get: operations["listInvoices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/invoices/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of one's invoices, with its lines */
        get: operations["getInvoice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/invoices/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pay an open invoice */
        post: operations["retryInvoice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/invoices/upcoming": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's next invoice */
        get: operations["getUpcomingInvoice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The ledger
         * @description As CSV it is all entries of the filter; page, perPage, range and sort do not apply.
         */
        get: operations["listLedger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Recurring revenue, now and by month */
        get: operations["getRevenue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Plans on sale
         * @description Administrators get all plans, in the grammar of lists. Others get the plans on sale, whatever the query.
         */
        get: operations["listPlans"];
        put?: never;
        /** Create a plan */
        post: operations["createPlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/plans/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A plan */
        get: operations["getPlan"];
        /**
         * Change a plan
         * @description A member that is left out stays as it is.
         */
        put: operations["updatePlan"];
        post?: never;
        /**
         * Take a plan off sale
         * @description Nothing is deleted: what uses it goes on.
         */
        delete: operations["archivePlan"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/portal-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open the provider's page for payment methods and invoices */
        post: operations["openPortal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/promotions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Promotions */
        get: operations["listPromotions"];
        put?: never;
        /** Create a promotion */
        post: operations["createPromotion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/promotions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A promotion */
        get: operations["getPromotion"];
        /**
         * Change a promotion
         * @description A member that is left out stays as it is.
         */
        put: operations["updatePromotion"];
        post?: never;
        /**
         * End a promotion
         * @description Nothing is deleted: what uses it goes on.
         */
        delete: operations["archivePromotion"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/promotions/{id}/redemptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who redeemed a promotion */
        get: operations["listRedemptions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/promotions/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a promotion code does to a plan's price */
        post: operations["validatePromotion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/reconciliation-runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Comparisons with the provider */
        get: operations["listReconciliationRuns"];
        put?: never;
        /** Compare everything with the provider */
        post: operations["startReconciliationRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/reconciliation-runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A comparison, with its first mismatches */
        get: operations["getReconciliationRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Refund an invoice, or a part of it */
        post: operations["createRefund"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/subscription": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's current subscription */
        get: operations["getSubscription"];
        put?: never;
        /** Subscribe with a stored payment method */
        post: operations["subscribe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/subscription/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel one's subscription */
        post: operations["cancelSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/subscription/change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Carry out a preview */
        post: operations["changeSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/subscription/preview-change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What another plan or quantity costs */
        post: operations["previewChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/subscription/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take back the end of one's subscription */
        post: operations["resumeSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Subscriptions of all users */
        get: operations["listSubscriptions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/subscriptions/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a user's subscription */
        post: operations["endSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/subscriptions/{id}/extend-trial": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a trial end later */
        post: operations["extendTrial"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/subscriptions/{id}/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Read a subscription anew from the provider */
        post: operations["syncSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/webhook-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events of the provider */
        get: operations["listWebhookEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/webhook-events/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Handle an event again */
        post: operations["replayWebhookEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/billing/webhooks/stripe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive an event of Stripe
         * @description For Stripe. The header Stripe-Signature is the credential.
         */
        post: operations["receiveStripeWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Users
         * @description Only administrators may filter by properties. An installation can keep the list from other users.
         */
        get: operations["listUsers"];
        put?: never;
        /**
         * Invite a user
         * @description The person gets a letter with a link to set a password.
         */
        post: operations["inviteUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A user */
        get: operations["getUser"];
        /**
         * Change a user
         * @description A member that is left out stays as it is. Deactivating ends all sessions of the user.
         */
        put: operations["updateUser"];
        post?: never;
        /**
         * Delete a user
         * @description Administrators delete anybody, other users themselves. Sessions end, the address is free again, and a subscription is cancelled.
         */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The data of a person
         * @description Everything that the services hold of the person, as one document. No secrets are in it. It is complete, or an error is answered. `version` 1 only gains members.
         */
        get: operations["exportUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/full": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Users with what they pay
         * @description `X-Data-As-Of` tells up to when all changes are in the answer. With `format` the answer is a file of all rows of the filter, in the order of sort; page, perPage and range are refused then.
         */
        get: operations["listFullUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/full/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A user with what they pay */
        get: operations["getFullUser"];
        /**
         * Change a user
         * @description A member that is left out stays as it is. Deactivating ends all sessions of the user.
         */
        put: operations["updateUserInFull"];
        post?: never;
        /**
         * Delete a user
         * @description Administrators delete anybody, other users themselves. Sessions end, the address is free again, and a subscription is cancelled.
         */
        delete: operations["deleteUserInFull"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/full/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which users change, as server-sent events
         * @description The gateway's README documents the events.
         */
        get: operations["watchUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import users of another system
         * @description The body is a line of JSON for each user, and may be of any length. An upload that was cut goes on under the same import id.
         */
        post: operations["importUsers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Imports */
        get: operations["listImports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An import, with its first failures */
        get: operations["getImport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/imports/{id}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of each line of an import */
        get: operations["listImportRows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Oneself */
        get: operations["getMe"];
        /**
         * Change one's profile
         * @description A member that is left out stays as it is. A new address changes nothing yet: a code is sent to it, which `verify-update` needs.
         */
        put: operations["updateMe"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One's own data
         * @description Everything that the services hold of the person, as one document. No secrets are in it. It is complete, or an error is answered. `version` 1 only gains members.
         */
        get: operations["exportMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me/verify-update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Confirm a new email address
         * @description The code was sent to the new address. All members change together.
         */
        put: operations["confirmEmailChangeByPut"];
        /**
         * Confirm a new email address
         * @description The code was sent to the new address. All members change together.
         */
        post: operations["confirmEmailChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many users there are, and what they pay
         * @description Amounts are in the minor unit of the currency of the installation.
         */
        get: operations["getUserMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/verification-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Verification requests
         * @description Administrators get all, other users their own without the codes.
         */
        get: operations["listVerificationRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/verification-requests/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A verification request */
        get: operations["getVerificationRequest"];
        put?: never;
        post?: never;
        /** Delete a verification request */
        delete: operations["deleteVerificationRequest"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/verification-requests/new-request-code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Make new codes
         * @description The old codes are dead, and nothing is mailed. Administrators may name anybody, other users themselves for `REGR`.
         */
        put: operations["renewCodes"];
        /**
         * Make new codes
         * @description The old codes are dead, and nothing is mailed. Administrators may name anybody, other users themselves for `REGR`.
         */
        post: operations["renewCodesByPost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/verification-requests/resend-email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mail codes again
         * @description Administrators may name anybody, other users their own address.
         */
        post: operations["resendCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/asyncapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The AsyncAPI document of the Kafka topics */
        get: operations["getEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document, as a page for people */
        get: operations["getReference"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file of the reference */
        get: operations["getReferenceFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The Kafka topics, as a page for people */
        get: operations["getEventsReference"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["getDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.yaml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document, in YAML */
        get: operations["getDocumentAsYAML"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        About: {
            description: string;
            /** @description The path of the reference for people. */
            documentation: string;
            name: string;
            /** @description The path of the OpenAPI document. */
            openapi: string;
        };
        AcceptInvitationRequest: {
            code: string;
            /** @description Puts the refresh token into a cookie instead of the answer. */
            cookie?: boolean | null;
            /** Format: idn-email */
            email: string;
            password: string;
        };
        AdministratorsAct: {
            action: string;
            adminId: number;
            /** Format: date-time */
            begunAt: string;
            detail: unknown | null;
            endedAt: string | null;
            id: number;
            object: string | null;
            status: number | null;
        };
        AdministratorsActPage: {
            data: components["schemas"]["AdministratorsAct"][];
            /** @description The number of rows on all pages. */
            total: number;
        };
        AppliedPromotion: {
            /** Format: date-time */
            appliedAt: string;
            code: string | null;
            /**
             * @description `FORE` Forever, `ONCE` Once, `REPE` Repeating.
             * @enum {string}
             */
            couponDurationTypeCode: "FORE" | "ONCE" | "REPE";
            couponId: number;
            couponName: string;
            /**
             * @description `AMOU` Discount Amount, `DISC` Discount Percentage, `TRIA` Free Trial.
             * @enum {string}
             */
            couponTypeCode: "AMOU" | "DISC" | "TRIA";
            description: string | null;
            discountAmount: number | null;
            discountPercentage: number | null;
            durationInMonths: number | null;
            name: string | null;
            promotionId: number | null;
            redemptionId: number;
            stripeDiscountId: string | null;
            trialDays: number | null;
        };
        AskForSecondFactorRequest: {
            mfaToken: string;
        };
        AuditEntry: {
            action: string;
            actorId: number | null;
            /** Format: date-time */
            at: string;
            id: number;
            network: string | null;
            result: string;
            sessionId: string | null;
            targetId: number | null;
        };
        AuditEntryPage: {
            data: components["schemas"]["AuditEntry"][];
            /** @description The number of rows on all pages. */
            total: number;
        };
        BatchDone: {
            code: number;
            message: string;
        };
        CancelSubscriptionRequest: {
            /** @enum {string} */
            mode: "period_end" | "now";
        };
        ChangePasswordRequest: {
            currentPassword: string;
            newPassword: string;
        };
        ChangePreview: {
            amountDueNow: number;
            /** Format: date-time */
            expiresAt: string;
            nextAmount: number;
            nextDate: string | null;
            previewId: string;
            /** Format: date-time */
            prorationDate: string;
        };
        ChangeSubscriptionRequest: {
            previewId: string;
        };
        Checkout: {
            expiresAt: string | null;
            id: string;
            planId: number;
            promotionCode: string | null;
            status: string;
            url: string;
        };
        CheckoutWithSubscription: {
            expiresAt: string | null;
            id: string;
            planId: number;
            promotionCode: string | null;
            status: string;
            subscription: components["schemas"]["Subscription"] | null;
            url: string;
        };
        CodeOrder: {
            /**
             * @description `EMUP` Email Update, `INVI` Invitation, `REGR` Email Verification, `RPWR` Reset Password.
             * @enum {string}
             */
            request_type_code: "EMUP" | "INVI" | "REGR" | "RPWR";
            userId: number;
        };
        ConfirmEmailChangeRequest: {
            /** Format: idn-email */
            email: string;
            firstName?: string | null;
            lastName?: string | null;
            username?: string;
            verificationCode: string;
        };
        ConfirmPasskeyRequest: {
            credential: components["schemas"]["NewPasskeyRequest"];
        };
        Coupon: {
            active: boolean;
            /**
             * @description `FORE` Forever, `ONCE` Once, `REPE` Repeating.
             * @enum {string}
             */
            couponDurationTypeCode: "FORE" | "ONCE" | "REPE";
            couponDurationTypeName: string;
            /**
             * @description `AMOU` Discount Amount, `DISC` Discount Percentage, `TRIA` Free Trial.
             * @enum {string}
             */
            couponTypeCode: "AMOU" | "DISC" | "TRIA";
            couponTypeName: string;
            /** Format: date-time */
            createdAt: string;
            currency: string | null;
            discountAmount: number | null;
            discountPercentage: number | null;
            durationInMonths: number | null;
            id: number;
            name: string;
            trialDays: number | null;
        };
        CouponPage: {
            data: components["schemas"]["Coupon"][];
            /** @description The number of rows on all pages. */
            total: number;
        };
        CreateCouponRequest: {
            /**
             * @description `FORE` Forever, `ONCE` Once, `REPE` Repeating.
             * @enum {string}
             */
            couponDurationTypeCode: "FORE" | "ONCE" | "REPE";
            /**
             * @description `AMOU` Discount Amount, `DISC` Discount Percentage, `TRIA` Free Trial.
             * @enum {string}
             */
            couponTypeCode: "AMOU" | "DISC" | "TRIA";
            currency?: string | null;
            discountAmount?: number | null;
            discountPercentage?: number | null;
            durationInMonths?: number | null;
            name: string;
            trialDays?: number | null;
        };
        CreatePlanRequest: {
            amount: number;
            currency: string;
            /** @enum {string} */
            interval: "day" | "week" | "month" | "year";
            intervalCount?: number | null;
            name: string;
            trialPeriodDays?: number | null;
        };
        CreatePromotionRequest: {
            code: string;
            couponId: number;
            description?: string | null;
            expiresAt?: string | null;
            firstTimeOnly?: boolean | null;
            maxRedemptions?: number | null;
            name: string;
            perUserLimit?: number | null;
            planIds?: number[] | null;
            startsAt?: string | null;
        };
        CreateRefundRequest: {
            amount?: number | null;
            invoiceId: number;
            reason?: ("duplicate" | "fraudulent" | "requested_by_customer") | null;
        };
        CSRFToken: {
            csrfToken: string;
        };
        CurrencyRevenue: {
            arr: number;
            currency: string;
            months: components["schemas"]["RevenueMonth"][];
            mrr: number;
        };
        Deleted: {
            id: number;
        };
        EmailRequest: {
            email: string;
        };
        Entitlements: {
            access: boolean;
            class: string;
            planId: number | null;
            planName: string | null;
            quantity: number | null;
            status: string | null;
            until: string | null;
        };
        Error: {
            /** @description INVALID_CODE: how many guesses are left. */
            attemptsRemaining?: number;
            /** @description PAYMENT_ACTION_REQUIRED: with it the provider's script lets the user confirm. */
            clientSecret?: string;
            /** @description Stable, for programs: one of the error catalogue. More may be added. A few errors have none. */
            code?: string;
            /** @description PAYMENT_FAILED: the reason in the provider's words, or null. */
            declineCode?: string | null;
            /** @description A title, where the contract gives one. */
            error?: string;
            /** @description VALIDATION_FAILED: the first problem of each field. */
            errors?: {
                [key: string]: string;
            };
            /** @description VALIDATION_FAILED: the problems, by field. */
            fields?: components["schemas"]["Field"][];
            /** @description A failed import: the id under which it can go on. */
            importId?: string;
            /** @description A failed import: how many lines were processed. */
            lines?: number;
            /** @description For people. */
            message: string;
        };
        ExtendTrialRequest: {
            /** Format: date-time */
            trialEnd: string;
        };
        FactorCode: {
            code: string;
        };
        FactorName: {
            name?: string | null;
        };
        Field: {
            field: string;
            message: string;
        };
        FullUser: {
            /**
             * @description `APPE` Apple OAuth, `EMAI` Email, `FACE` Facebook OAuth, `GOOG` Google OAuth, `LINK` LinkedIn OAuth, `XXXX` X OAuth.
             * @enum {string}
             */
            authTypeCode: "APPE" | "EMAI" | "FACE" | "GOOG" | "LINK" | "XXXX";
            authTypeName: string;
            cancelAtPeriodEnd: boolean | null;
            canceledAt: string | null;
            /** @description `FORE` Forever, `ONCE` Once, `REPE` Repeating. */
            couponDurationTypeCode: ("FORE" | "ONCE" | "REPE") | null;
            couponDurationTypeName: string | null;
            couponId: number | null;
            couponName: string | null;
            /** @description `AMOU` Discount Amount, `DISC` Discount Percentage, `TRIA` Free Trial. */
            couponTypeCode: ("AMOU" | "DISC" | "TRIA") | null;
            couponTypeName: string | null;
            /** Format: date-time */
            createdAt: string;
            currentPeriodEnd: string | null;
            currentPeriodStart: string | null;
            discountPercentage: number | null;
            durationInMonths: number | null;
            email: string;
            firstName: string | null;
            id: number;
            isActive: boolean;
            lastLoginAt: string | null;
            lastName: string | null;
            legacyUserId: number | null;
            promotionAppliedAt: string | null;
            promotionCode: string | null;
            promotionDescription: string | null;
            promotionId: number | null;
            promotionName: string | null;
            promotionRedemptionId: number | null;
            stripeCustomerId: string | null;
            stripeDiscountId: string | null;
            stripeSubscriptionId: string | null;
            subscriptionChargedAmount: number | null;
            subscriptionCreatedAt: string | null;
            subscriptionExemptionEndsAt: string | null;
            subscriptionExemptionStartsAt: string | null;
            subscriptionId: number | null;
            subscriptionPlanAmount: number | null;
            subscriptionPlanCurrency: string | null;
            subscriptionPlanId: number | null;
            subscriptionPlanInterval: string | null;
            subscriptionPlanName: string | null;
            subscriptionPlanTrialPeriodDays: number | null;
            subscriptionStatus: string | null;
            subscriptionUpdatedAt: string | null;
            trialDays: number | null;
            trialEnd: string | null;
            trialStart: string | null;
            /**
             * @description `ADMI` Administrator, `NONS` Not Subscribed, `SUBS` Subscribed.
             * @enum {string}
             */
            typeCode: "ADMI" | "NONS" | "SUBS";
            typeName: string;
            /** Format: date-time */
            updatedAt: string;
            username: string;
            verifiedAt: string | null;
        };
        FullUserPage: {
            data: components["schemas"]["FullUser"][];
            /** @description The number of rows on all pages. */
            total: number;
        };
        Import: {
            activated: number;
            created: number;
            dryRun: boolean;
            failed: number;
            finished: boolean;
            finishedAt: string | null;
            importId: string;
            lines: number;
            linked: number;
            pending?: number;
            /** Format: date-time */
            startedAt: string;
            startedBy: number;
            unchanged: number;
            updated: number;
            /** Format: date-time */
            updatedAt: string;
        };
        ImportFailure: {
            code: string;
            legacyUserId: number | null;
            line: number;
            message: string;
        };
        ImportPage: {
            data: components["schemas"]["Import"][];
            /** @description The number of rows on all pages. */
            total: number;
        };
        ImportRow: {
            code: string | null;
            legacyUserId: number | null;
            line: number;
            message: string | null;
            outcome: string;
        };
        ImportRowPage: {
            data: components["schemas"]["ImportRow"][];
            /** @description The number of rows on all pages. */
            total: number;
        };
        ImportWithFailures: {
            activated: number;
            created: number;
            dryRun: boolean;
            errors: components["schemas"]["ImportFailure"][];
            failed: number;
            finished: boolean;
            finishedAt: string | null;
            importId: string;
            lines: number;
            linked: number;
            pending?: number;
            /** Format: date-time */
            startedAt: string;
            startedBy: number;
            unchanged: number;
            updated: number;
            /** Format: date-time */
            updatedAt: string;
        };
        Invited: {
            id: number;
        };
        InviteRequest: {
            /** Format: idn-email */
            email: string;
            firstName?: string | null;
            lastName?: string | null;
            username?: string | null;
            /** @description `ADMI` Administrator, `NONS` Not Subscribed, `SUBS` Subscribed. */
            userTypeCode?: ("ADMI" | "NONS" | "SUBS") | null;
        };
        Invoice: {
            amountDue: number;
            amountPaid: number;
            currency: string;
            discount: number;
            dueAt: string | null;
            finalizedAt: string | null;
            id: number | null;
            /** Format: date-time */
            issuedAt: string;
            paidAt: string | null;
            reason: string;
            status: string;
            stripeInvoiceId: string | null;
            stripeSubscriptionId: string | null;
            subtotal: number;
            tax: number;
            total: number;
            voidedAt: string | null;
        };
        InvoiceLine: {
            amount: number;
            discount: number;
            inclusiveTax: number;
            /** Format: date-time */
            periodEnd: string;
            /** Format: date-time */
            periodStart: string;
            proration: boolean;
            quantity: number;
            recurring: boolean;
        };
        InvoicePage: {
            data: components["schemas"]["Invoice"][];
            /** @description The number of rows on all pages. */
            total: number;
        };
        InvoiceWithLines: {
            amountDue: number;
            amountPaid: number;
            currency: string;
            discount: number;
            dueAt: string | null;
            finalizedAt: string | null;
            id: number | null;
            /** Format: date-time */
            issuedAt: string;
            lines: components["schemas"]["InvoiceLine"][];
            paidAt: string | null;
            reason: string;
            status: string;
            stripeInvoiceId: string | null;
            stripeSubscriptionId: string | null;
            subtotal: number;
            tax: number;
            total: number;
            voidedAt: string | null;
        };
        KeySet: {
            keys: unknown;
        };
        LedgerEntry: {
            amount: number;
            currency: string;
            id: number;
            kind: string;
            /** Format: date-time */
            occurredAt: string;
            planInterval: string | null;
            planIntervalCount: number | null;
            /** Format: date-time */
            recordedAt: string;
            stripeChargeId: string | null;
            stripeDisputeId: string | null;
            stripeInvoiceId: string | null;
            stripeRefundId: string | null;
            stripeSubscriptionId: string | null;
            subscriptionId: number | null;
            tax: number;
            userId: number;
        };
        LedgerEntryPage: {
            data: components["schemas"]["LedgerEntry"][];
            /** @description The number of rows on all pages. */
            total: number;
        };
        ListedSubscription: {
            cancelAt: string | null;
            cancelAtPeriodEnd: boolean;
            canceledAt: string | null;
            collectionPaused: boolean;
            /** Format: date-time */
            createdAt: string;
            currentPeriodEnd: string | null;
            currentPeriodStart: string | null;
            endedAt: string | null;
            id: number;
            pastDueSince: string | null;
            planAmount: number;
            planCurrency: string;
            planId: number | null;
            planInterval: string;
            planIntervalCount: number;
            planName: string | null;
            quantity: number;
            status: string;
            stripeSubscriptionId: string;
            trialEnd: string | null;
            trialStart: string | null;
            /** Format: date-time */
            updatedAt: string;
            userId: number;
        };
        ListedSubscriptionPage: {
            data: components["schemas"]["ListedSubscription"][];
            /** @description The number of rows on all pages. */
            total: number;
        };
        LoginRequest: {
            /** @description Puts the refresh token into a cookie instead of the answer. */
            cookie?: boolean | null;
            email: string;
            password: string;
        };
        LoginWithPasskeyRequest: {
            /** @description Puts the refresh token into a cookie instead of the answer. */
            cookie?: boolean | null;
            credential: components["schemas"]["UsedPasskeyRequest"];
        };
        Message: {
            message: string;
        };
        Metrics: {
            id: number;
            monthlyCreatedUsers: number;
            monthlyFreeUsers: number;
            monthlyIncompleteRegs: number;
            monthlyIncompleteSubscrptions: number;
            monthlyIncompleteVerification: number;
            monthlyNewAnnualSubscriptionIncome: number;
            monthlyNewMonthlySubscriptionIncome: number;
            monthlyPaidUsers: number;
            monthlySubscriptionIncome: number;
            monthlyTrialUsers: number;
            monthlyUsersWithNoSubscription: number;
            totalAnnualSubscriptionIncome: number;
            totalCreatedUsers: number;
            totalFreeUsers: number;
            totalLegacyUsers: number;
            totalMigratedLegacyUsers: number;
            totalMonthlySubscriptionIncome: number;
            totalNonMigratedLegacyUsers: number;
            totalPaidUsers: number;
            totalTrialUsers: number;
            totalUsersWithNoSubscription: number;
            yearlyCreatedUsers: number;
            yearlyFreeUsers: number;
            yearlyNewAnnualSubscriptionIncome: number;
            yearlyNewMonthlySubscriptionIncome: number;
            yearlyPaidUsers: number;
            yearlySubscriptionIncome: number;
            yearlyTrialUsers: number;
            yearlyUsersWithNoSubscription: number;
        };
        Mismatch: {
            /** Format: date-time */
            foundAt: string;
            healed: boolean;
            kind: string;
            object: string;
            objectId: string;
        };
        NewPasskeyProofRequest: {
            attestationObject: string;
            clientDataJSON: string;
            transports?: string[] | null;
        };
        NewPasskeyRequest: {
            id: string;
            rawId: string;
            response: components["schemas"]["NewPasskeyProofRequest"];
            type: string;
        };
        OpenIDConfiguration: {
            claims_supported: string[];
            id_token_signing_alg_values_supported: string[];
            issuer: string;
            jwks_uri: string;
            response_types_supported: string[];
            subject_types_supported: string[];
        };
        OpenPortalRequest: {
            /** Format: uri */
            returnUrl: string;
        };
        PasskeyEnrolment: {
            id: string;
            /** @description For PublicKeyCredential.parseCreationOptionsFromJSON. */
            publicKey: Record<string, never>;
        };
        PasskeyQuestion: {
            /** @description For PublicKeyCredential.parseRequestOptionsFromJSON. */
            publicKey: Record<string, never>;
        };
        PersonalData: {
            billing: Record<string, never>;
            directory: Record<string, never>;
            /** Format: date-time */
            exportedAt: string;
            format: string;
            identity: Record<string, never>;
            userId: number;
            version: number;
        };
        Plan: {
            active: boolean;
            amount: number;
            /** Format: date-time */
            createdAt: string;
            currency: string;
            id: number;
            interval: string;
            intervalCount: number;
            name: string;
            trialPeriodDays: number | null;
        };
        PlanPage: {
            data: components["schemas"]["Plan"][];
            /** @description The number of rows on all pages. */
            total: number;
        };
        PortalSession: {
            url: string;
        };
        PreviewChangeRequest: {
            planId?: number | null;
            quantity?: number | null;
        };
        Promotion: {
            active: boolean;
            code: string;
            couponId: number;
            /** Format: date-time */
            createdAt: string;
            description: string | null;
            expiresAt: string | null;
            firstTimeOnly: boolean;
            id: number;
            maxRedemptions: number | null;
            name: string;
            perUserLimit: number | null;
            planIds: number[];
            redemptions: number;
            startsAt: string | null;
        };
        PromotionOffer: {
            amount: number;
            code: string;
            /**
             * @description `FORE` Forever, `ONCE` Once, `REPE` Repeating.
             * @enum {string}
             */
            couponDurationTypeCode: "FORE" | "ONCE" | "REPE";
            couponDurationTypeName: string;
            /**
             * @description `AMOU` Discount Amount, `DISC` Discount Percentage, `TRIA` Free Trial.
             * @enum {string}
             */
            couponTypeCode: "AMOU" | "DISC" | "TRIA";
            couponTypeName: string;
            description: string | null;
            discountAmount: number | null;
            discountedAmount: number;
            discountPercentage: number | null;
            durationInMonths: number | null;
            name: string;
            promotionId: number;
            trialDays: number;
        };
        PromotionPage: {
            data: components["schemas"]["Promotion"][];
            /** @description The number of rows on all pages. */
            total: number;
        };
        Provider: {
            configured: boolean;
            linkedAt: string | null;
            provider: string;
        };
        ProviderList: {
            data: components["schemas"]["Provider"][];
            total: number;
        };
        ProviderRequest: {
            code?: string | null;
            codeVerifier?: string | null;
            cookie?: boolean | null;
            email?: string | null;
            idToken?: string | null;
            nonce?: string | null;
            provider?: string | null;
            redirectUri?: string | null;
            signInCode?: string | null;
        };
        ReconciliationRun: {
            checked: number;
            finishedAt: string | null;
            healed: number;
            id: number;
            kind: string;
            mismatches: number;
            phase: string;
            requestedBy: number | null;
            /** Format: date-time */
            startedAt: string;
            status: string;
            /** Format: date-time */
            updatedAt: string;
        };
        ReconciliationRunPage: {
            data: components["schemas"]["ReconciliationRun"][];
            /** @description The number of rows on all pages. */
            total: number;
        };
        ReconciliationRunWithMismatches: {
            checked: number;
            finishedAt: string | null;
            found: components["schemas"]["Mismatch"][];
            healed: number;
            id: number;
            kind: string;
            mismatches: number;
            phase: string;
            requestedBy: number | null;
            /** Format: date-time */
            startedAt: string;
            status: string;
            /** Format: date-time */
            updatedAt: string;
        };
        RecoveryCodes: {
            recoveryCodes: string[];
        };
        Redemption: {
            appliedAt: string | null;
            endsAt: string | null;
            id: number;
            /** Format: date-time */
            reservedAt: string;
            status: string;
            stripeDiscountId: string | null;
            subscriptionId: number | null;
            /** Format: date-time */
            updatedAt: string;
            userId: number;
        };
        RedemptionPage: {
            data: components["schemas"]["Redemption"][];
            /** @description The number of rows on all pages. */
            total: number;
        };
        RefreshRequest: {
            /** @description Without it, that of the cookie counts, and the CSRF token of the session is needed. */
            refreshToken?: string | null;
        };
        Refund: {
            amount: number;
            /** Format: date-time */
            createdAt: string;
            invoiceId: number;
            reason: string | null;
            status: string;
            stripeRefundId: string;
        };
        RegisterRequest: {
            /** @description Puts the refresh token into a cookie instead of the answer. */
            cookie?: boolean | null;
            /** Format: idn-email */
            email: string;
            firstName?: string | null;
            lastName?: string | null;
            password: string;
            username?: string | null;
        };
        RenewCodesRequest: {
            userReqList: components["schemas"]["CodeOrder"][];
        };
        RenewedCode: {
            /**
             * @description `EMUP` Email Update, `INVI` Invitation, `REGR` Email Verification, `RPWR` Reset Password.
             * @enum {string}
             */
            requestType: "EMUP" | "INVI" | "REGR" | "RPWR";
            userId: number;
            /** @description Null for everybody but administrators. */
            verificationCode: string | null;
        };
        RenewedCodes: {
            code: number;
            message: string;
            verificationCodes: components["schemas"]["RenewedCode"][];
        };
        ResendCodesRequest: {
            emails: string[];
        };
        ResetPasswordRequest: {
            code: string;
            /** Format: idn-email */
            email: string;
            newPassword: string;
        };
        Revenue: {
            /** Format: date-time */
            asOf: string;
            currencies: components["schemas"]["CurrencyRevenue"][];
        };
        RevenueMonth: {
            churn: number;
            churnRate: number;
            closingMrr: number;
            contraction: number;
            ended: number;
            expansion: number;
            month: string;
            new: number;
            openingMrr: number;
            reactivation: number;
            started: number;
        };
        SecondFactor: {
            /** Format: date-time */
            createdAt: string;
            id: string;
            kind: string;
            lastUsedAt: string | null;
            name: string;
        };
        SecondFactorList: {
            data: components["schemas"]["SecondFactor"][];
            recoveryCodesLeft: number;
            total: number;
        };
        SecondFactorRequired: {
            methods: string[];
            mfaRequired: boolean;
            mfaToken: string;
        };
        Session: {
            /** Format: date-time */
            createdAt: string;
            current: boolean;
            id: string;
            ipAddress: string;
            /** Format: date-time */
            lastUsedAt: string;
            userAgent: string;
        };
        SessionList: {
            data: components["schemas"]["Session"][];
            total: number;
        };
        SignedIn: {
            accessToken: string;
            csrfToken: string;
            emailVerificationRequired?: boolean;
            expiresIn: number;
            refreshToken: string | null;
            tokenType: string;
            user: components["schemas"]["User"];
        };
        StartCheckoutRequest: {
            /** Format: uri */
            cancelUrl: string;
            planId: number;
            promotionCode?: string | null;
            quantity?: number | null;
            /** Format: uri */
            successUrl: string;
        };
        SubscribeRequest: {
            paymentMethodId?: string | null;
            planId: number;
            promotionCode?: string | null;
            quantity?: number | null;
        };
        Subscription: {
            access: boolean;
            cancelAt: string | null;
            cancelAtPeriodEnd: boolean;
            canceledAt: string | null;
            chargedAmount: number;
            collectionPaused: boolean;
            /** Format: date-time */
            createdAt: string;
            currentPeriodEnd: string | null;
            currentPeriodStart: string | null;
            endedAt: string | null;
            id: number;
            planAmount: number;
            planCurrency: string;
            planId: number | null;
            planInterval: string;
            planIntervalCount: number;
            planName: string | null;
            planTrialPeriodDays: number | null;
            promotion: components["schemas"]["AppliedPromotion"] | null;
            quantity: number;
            status: string;
            stripeSubscriptionId: string;
            trialEnd: string | null;
            trialStart: string | null;
            /** Format: date-time */
            updatedAt: string;
        };
        TOTPEnrolment: {
            id: string;
            otpauthUri: string;
            secret: string;
        };
        UpdateCouponRequest: {
            /**
             * @description `FORE` Forever, `ONCE` Once, `REPE` Repeating.
             * @enum {string}
             */
            couponDurationTypeCode?: "FORE" | "ONCE" | "REPE";
            currency?: string;
            discountAmount?: number;
            discountPercentage?: number;
            durationInMonths?: number | null;
            name?: string;
            trialDays?: number;
        };
        UpdatePlanRequest: {
            amount?: number;
            currency?: string;
            name?: string;
            trialPeriodDays?: number | null;
        };
        UpdateProfileRequest: {
            /** Format: idn-email */
            email?: string;
            firstName?: string | null;
            lastName?: string | null;
            username?: string;
        };
        UpdatePromotionRequest: {
            active?: boolean;
            description?: string | null;
            expiresAt?: string | null;
            firstTimeOnly?: boolean;
            maxRedemptions?: number | null;
            name?: string;
            perUserLimit?: number | null;
            planIds?: number[] | null;
            startsAt?: string | null;
        };
        UpdateUserRequest: {
            /** Format: idn-email */
            email?: string;
            firstName?: string | null;
            isActive?: boolean;
            lastName?: string | null;
            /** @description The custom properties, at most 16 KiB as compact JSON. */
            properties?: Record<string, never> | null;
            subscriptionExemptionEndsAt?: string | null;
            subscriptionExemptionStartsAt?: string | null;
            username?: string;
            /**
             * @description `ADMI` Administrator, `NONS` Not Subscribed, `SUBS` Subscribed.
             * @enum {string}
             */
            userTypeCode?: "ADMI" | "NONS" | "SUBS";
        };
        UsedPasskeyProofRequest: {
            authenticatorData: string;
            clientDataJSON: string;
            signature: string;
            userHandle?: string | null;
        };
        UsedPasskeyRequest: {
            id: string;
            rawId: string;
            response: components["schemas"]["UsedPasskeyProofRequest"];
            type: string;
        };
        User: {
            /**
             * @description `APPE` Apple OAuth, `EMAI` Email, `FACE` Facebook OAuth, `GOOG` Google OAuth, `LINK` LinkedIn OAuth, `XXXX` X OAuth.
             * @enum {string}
             */
            authTypeCode: "APPE" | "EMAI" | "FACE" | "GOOG" | "LINK" | "XXXX";
            authTypeName: string;
            /** Format: date-time */
            createdAt: string;
            email: string;
            firstName: string | null;
            id: number;
            isActive: boolean;
            lastLoginAt: string | null;
            lastName: string | null;
            legacyUserId: number | null;
            subscriptionExemptionEndsAt: string | null;
            subscriptionExemptionStartsAt: string | null;
            /**
             * @description `ADMI` Administrator, `NONS` Not Subscribed, `SUBS` Subscribed.
             * @enum {string}
             */
            typeCode: "ADMI" | "NONS" | "SUBS";
            typeName: string;
            /** Format: date-time */
            updatedAt: string;
            username: string;
            verifiedAt: string | null;
        };
        UserMetrics: {
            data: components["schemas"]["Metrics"][];
            total: number;
        };
        UserPage: {
            data: components["schemas"]["User"][];
            /** @description The number of rows on all pages. */
            total: number;
        };
        UserWithProperties: {
            /**
             * @description `APPE` Apple OAuth, `EMAI` Email, `FACE` Facebook OAuth, `GOOG` Google OAuth, `LINK` LinkedIn OAuth, `XXXX` X OAuth.
             * @enum {string}
             */
            authTypeCode: "APPE" | "EMAI" | "FACE" | "GOOG" | "LINK" | "XXXX";
            authTypeName: string;
            /** Format: date-time */
            createdAt: string;
            email: string;
            firstName: string | null;
            id: number;
            isActive: boolean;
            lastLoginAt: string | null;
            lastName: string | null;
            legacyUserId: number | null;
            /** @description The custom properties. */
            properties: Record<string, never>;
            subscriptionExemptionEndsAt: string | null;
            subscriptionExemptionStartsAt: string | null;
            /**
             * @description `ADMI` Administrator, `NONS` Not Subscribed, `SUBS` Subscribed.
             * @enum {string}
             */
            typeCode: "ADMI" | "NONS" | "SUBS";
            typeName: string;
            /** Format: date-time */
            updatedAt: string;
            username: string;
            verifiedAt: string | null;
        };
        ValidatePromotionRequest: {
            code: string;
            planId: number;
        };
        VerificationRequest: {
            attempts: number;
            /** Format: date-time */
            createdOn: string;
            email: string;
            firstName: string | null;
            id: number;
            isActive: boolean;
            lastName: string | null;
            /**
             * @description `EMUP` Email Update, `INVI` Invitation, `REGR` Email Verification, `RPWR` Reset Password.
             * @enum {string}
             */
            requestTypeCode: "EMUP" | "INVI" | "REGR" | "RPWR";
            requestTypeName: string;
            userId: number;
            username: string;
            verificationCode: string | null;
        };
        VerificationRequestPage: {
            data: components["schemas"]["VerificationRequest"][];
            /** @description The number of rows on all pages. */
            total: number;
        };
        VerificationRequired: {
            emailVerificationRequired: boolean;
            message: string;
        };
        VerifyEmailRequest: {
            code: string;
            /** Format: idn-email */
            email: string;
        };
        VerifySecondFactorRequest: {
            /** @description Required but for passkeys. */
            code?: string | null;
            cookie?: boolean | null;
            /** @description Required for passkeys. */
            credential?: components["schemas"]["UsedPasskeyRequest"] | null;
            /** @enum {string} */
            method: "totp" | "passkey" | "recovery";
            mfaToken: string;
        };
        WebhookEvent: {
            /** Format: date-time */
            createdAt: string;
            customerId: string | null;
            id: string;
            objectId: string;
            reason: string | null;
            /** Format: date-time */
            receivedAt: string;
            settledAt: string | null;
            state: string;
            type: string;
        };
        WebhookEventPage: {
            data: components["schemas"]["WebhookEvent"][];
            /** @description The number of rows on all pages. */
            total: number;
        };
        WebhookReceived: {
            received: boolean;
        };
        WebhookReplay: {
            id: string;
            state: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getAbout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["About"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeySet"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getOpenIDConfiguration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenIDConfiguration"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    acceptInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AcceptInvitationRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `INVALID_CODE`: The verification code is incorrect.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `NO_VERIFICATION_REQUEST`: There is no pending verification for this email address. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `RATE_LIMITED`: Too many requests. Please try again later.
             *
             *     `MAX_ATTEMPTS_EXCEEDED`: Maximum verification attempts exceeded. Please request a new code.
             */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `SIGN_IN_BUSY`: Too many passwords are being checked right now. Please try again in a few seconds.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    finishWithApple: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description See Other */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    finishByFormWithApple: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description See Other */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    loginWithApple: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProviderRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"] | components["schemas"]["SecondFactorRequired"];
                };
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `ACCOUNT_INACTIVE`: This account is deactivated */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `NOT_REGISTERED`: Nobody is registered with this account of the provider. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    registerWithApple: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProviderRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `EMAIL_EXISTS`: Email address is already in use */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    startWithApple: {
        parameters: {
            query: {
                /** @description Binds the result to who asks (PKCE, S256). */
                codeChallenge: string;
                /** @description Where the browser returns to: an address of an allowed frontend. */
                returnUrl: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description See Other */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description All members must hold. */
                filter?: {
                    /** @description Must be one of register, sign-in, refresh, logout, end-session, end-sessions, change-password, reset-password, set-password, add-factor, remove-factor, renew-recovery-codes, invite, accept-invitation, create-admin, rotate-keys, read-audit, link-provider, unlink-provider, export-person, update-user, promote, demote, change-type, deactivate-user, reactivate-user, delete-user, renew-code, resend-code, withdraw-code, import-users, or an array of these. */
                    action?: ("register" | "sign-in" | "refresh" | "logout" | "end-session" | "end-sessions" | "change-password" | "reset-password" | "set-password" | "add-factor" | "remove-factor" | "renew-recovery-codes" | "invite" | "accept-invitation" | "create-admin" | "rotate-keys" | "read-audit" | "link-provider" | "unlink-provider" | "export-person" | "update-user" | "promote" | "demote" | "change-type" | "deactivate-user" | "reactivate-user" | "delete-user" | "renew-code" | "resend-code" | "withdraw-code" | "import-users") | ("register" | "sign-in" | "refresh" | "logout" | "end-session" | "end-sessions" | "change-password" | "reset-password" | "set-password" | "add-factor" | "remove-factor" | "renew-recovery-codes" | "invite" | "accept-invitation" | "create-admin" | "rotate-keys" | "read-audit" | "link-provider" | "unlink-provider" | "export-person" | "update-user" | "promote" | "demote" | "change-type" | "deactivate-user" | "reactivate-user" | "delete-user" | "renew-code" | "resend-code" | "withdraw-code" | "import-users")[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number; or "null" or "!null". */
                    actorId?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | ((number | string) | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    at?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number. */
                    id?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | (number | string)[];
                    /** @description Must be a string of at most 1000 characters. */
                    network?: string;
                    /** @description Words, each of which is part of any of action, result, network, in any case. */
                    q?: string;
                    /** @description Must be a string or an array of strings. */
                    result?: string | string[];
                    /** @description Must be a string or an array of strings; or "null" or "!null". */
                    sessionId?: string | (string | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number; or "null" or "!null". */
                    targetId?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | ((number | string) | (null | "null" | "!null"))[] | (null | "null" | "!null");
                };
                /** @description The page, from 1. One past the end is empty. */
                page?: number;
                /** @description Rows on a page. */
                perPage?: number;
                /** @description Instead of page and perPage: the first and the last row, counted from 0. */
                range?: number[];
                /** @description Field and direction (ASC or DESC), as one list of pairs or as a list of lists. Nulls come last; id breaks ties and is the default. Fields: id, at, action, result, actorId, targetId, sessionId, network. */
                sort?: string[] | string[][];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /**
                     * @description The unit of ranges.
                     * @example items
                     */
                    "Accept-Range"?: string;
                    /**
                     * @description Lets browsers read the other headers.
                     * @example Content-Range, X-Total-Count
                     */
                    "Access-Control-Expose-Headers"?: string;
                    /**
                     * @description The rows on this page, counted from 0, and the number of all; * for an empty page.
                     * @example items 0-9/42
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The number of rows on all pages.
                     * @example 42
                     */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEntryPage"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request line and the headers are too long. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listOwnAudit: {
        parameters: {
            query?: {
                /** @description All members must hold. */
                filter?: {
                    /** @description Must be one of register, sign-in, refresh, logout, end-session, end-sessions, change-password, reset-password, set-password, add-factor, remove-factor, renew-recovery-codes, invite, accept-invitation, create-admin, rotate-keys, read-audit, link-provider, unlink-provider, export-person, update-user, promote, demote, change-type, deactivate-user, reactivate-user, delete-user, renew-code, resend-code, withdraw-code, import-users, or an array of these. */
                    action?: ("register" | "sign-in" | "refresh" | "logout" | "end-session" | "end-sessions" | "change-password" | "reset-password" | "set-password" | "add-factor" | "remove-factor" | "renew-recovery-codes" | "invite" | "accept-invitation" | "create-admin" | "rotate-keys" | "read-audit" | "link-provider" | "unlink-provider" | "export-person" | "update-user" | "promote" | "demote" | "change-type" | "deactivate-user" | "reactivate-user" | "delete-user" | "renew-code" | "resend-code" | "withdraw-code" | "import-users") | ("register" | "sign-in" | "refresh" | "logout" | "end-session" | "end-sessions" | "change-password" | "reset-password" | "set-password" | "add-factor" | "remove-factor" | "renew-recovery-codes" | "invite" | "accept-invitation" | "create-admin" | "rotate-keys" | "read-audit" | "link-provider" | "unlink-provider" | "export-person" | "update-user" | "promote" | "demote" | "change-type" | "deactivate-user" | "reactivate-user" | "delete-user" | "renew-code" | "resend-code" | "withdraw-code" | "import-users")[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number; or "null" or "!null". */
                    actorId?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | ((number | string) | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    at?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number. */
                    id?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | (number | string)[];
                    /** @description Words, each of which is part of any of action, result, in any case. */
                    q?: string;
                    /** @description Must be a string or an array of strings. */
                    result?: string | string[];
                    /** @description Must be a string or an array of strings; or "null" or "!null". */
                    sessionId?: string | (string | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number; or "null" or "!null". */
                    targetId?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | ((number | string) | (null | "null" | "!null"))[] | (null | "null" | "!null");
                };
                /** @description The page, from 1. One past the end is empty. */
                page?: number;
                /** @description Rows on a page. */
                perPage?: number;
                /** @description Instead of page and perPage: the first and the last row, counted from 0. */
                range?: number[];
                /** @description Field and direction (ASC or DESC), as one list of pairs or as a list of lists. Nulls come last; id breaks ties and is the default. Fields: id, at, action, result, actorId, targetId, sessionId. */
                sort?: string[] | string[][];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /**
                     * @description The unit of ranges.
                     * @example items
                     */
                    "Accept-Range"?: string;
                    /**
                     * @description Lets browsers read the other headers.
                     * @example Content-Range, X-Total-Count
                     */
                    "Access-Control-Expose-Headers"?: string;
                    /**
                     * @description The rows on this page, counted from 0, and the number of all; * for an empty page.
                     * @example items 0-9/42
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The number of rows on all pages.
                     * @example 42
                     */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEntryPage"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request line and the headers are too long. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePasswordRequest"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description User not authenticated
             *
             *     `INVALID_CREDENTIALS`: The current password is wrong
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             *
             *     `STEP_UP_REQUIRED`: Please sign in again first
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `SIGN_IN_BUSY`: Too many passwords are being checked right now. Please try again in a few seconds.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getCSRFToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CSRFToken"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    declineRegistration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerifyEmailRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `INVALID_CODE`: The verification code has expired.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `NO_VERIFICATION_REQUEST`: There is no pending verification for this email address. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `RATE_LIMITED`: Too many requests. Please try again later.
             *
             *     `MAX_ATTEMPTS_EXCEEDED`: Maximum verification attempts exceeded. Please request a new code.
             */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    finishWithFacebook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description See Other */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    finishByFormWithFacebook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description See Other */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    loginWithFacebook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProviderRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"] | components["schemas"]["SecondFactorRequired"];
                };
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `ACCOUNT_INACTIVE`: This account is deactivated */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `NOT_REGISTERED`: Nobody is registered with this account of the provider. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    registerWithFacebook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProviderRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `EMAIL_EXISTS`: Email address is already in use */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    startWithFacebook: {
        parameters: {
            query: {
                /** @description Binds the result to who asks (PKCE, S256). */
                codeChallenge: string;
                /** @description Where the browser returns to: an address of an allowed frontend. */
                returnUrl: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description See Other */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    forgotPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    finishWithGoogle: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description See Other */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    finishByFormWithGoogle: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description See Other */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    loginWithGoogle: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProviderRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"] | components["schemas"]["SecondFactorRequired"];
                };
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `ACCOUNT_INACTIVE`: This account is deactivated */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `NOT_REGISTERED`: Nobody is registered with this account of the provider. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    registerWithGoogle: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProviderRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `EMAIL_EXISTS`: Email address is already in use */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    startWithGoogle: {
        parameters: {
            query: {
                /** @description Binds the result to who asks (PKCE, S256). */
                codeChallenge: string;
                /** @description Where the browser returns to: an address of an allowed frontend. */
                returnUrl: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description See Other */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    finishWithLinkedin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description See Other */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    finishByFormWithLinkedin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description See Other */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    loginWithLinkedin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProviderRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"] | components["schemas"]["SecondFactorRequired"];
                };
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `ACCOUNT_INACTIVE`: This account is deactivated */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `NOT_REGISTERED`: Nobody is registered with this account of the provider. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    registerWithLinkedin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProviderRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `EMAIL_EXISTS`: Email address is already in use */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    startWithLinkedin: {
        parameters: {
            query: {
                /** @description Binds the result to who asks (PKCE, S256). */
                codeChallenge: string;
                /** @description Where the browser returns to: an address of an allowed frontend. */
                returnUrl: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description See Other */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"] | components["schemas"]["SecondFactorRequired"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_CREDENTIALS`: Invalid email or password */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `ACCOUNT_INACTIVE`: This account is deactivated */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `SIGN_IN_BUSY`: Too many passwords are being checked right now. Please try again in a few seconds.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `CSRF_INVALID`: Invalid CSRF token */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listSecondFactors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondFactorList"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    renameSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the factor. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FactorName"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondFactor"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `CSRF_INVALID`: Invalid CSRF token */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FACTOR_NOT_FOUND`: Second factor not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    removeSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the factor. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `CSRF_INVALID`: Invalid CSRF token
             *
             *     `STEP_UP_REQUIRED`: Please sign in again first
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FACTOR_NOT_FOUND`: Second factor not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `LAST_FACTOR`: Administrators need a second factor */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    askForSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AskForSecondFactorRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyQuestion"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `MFA_INVALID`: The code is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    enrolPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FactorName"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyEnrolment"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `CSRF_INVALID`: Invalid CSRF token
             *
             *     `STEP_UP_REQUIRED`: Please sign in again first
             *
             *     `EMAIL_NOT_VERIFIED`: Please verify your email address first
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_FACTORS`: An account has at most 10 second factors */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    confirmPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the factor. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmPasskeyRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description User not authenticated
             *
             *     `PASSKEY_INVALID`: The passkey was not accepted. Please try again.
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `CSRF_INVALID`: Invalid CSRF token */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FACTOR_NOT_FOUND`: Second factor not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PASSKEY_EXISTS`: This passkey is registered already
             *
             *     `TOO_MANY_FACTORS`: An account has at most 10 second factors
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    renewRecoveryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `CSRF_INVALID`: Invalid CSRF token
             *
             *     `STEP_UP_REQUIRED`: Please sign in again first
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FACTOR_NOT_FOUND`: Second factor not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    enrolTOTP: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FactorName"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TOTPEnrolment"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `CSRF_INVALID`: Invalid CSRF token
             *
             *     `STEP_UP_REQUIRED`: Please sign in again first
             *
             *     `EMAIL_NOT_VERIFIED`: Please verify your email address first
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_FACTORS`: An account has at most 10 second factors */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    confirmTOTP: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the factor. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FactorCode"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description User not authenticated
             *
             *     `MFA_INVALID`: The code is not valid
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `CSRF_INVALID`: Invalid CSRF token */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FACTOR_NOT_FOUND`: Second factor not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    verifySecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerifySecondFactorRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `MFA_INVALID`: The code is not valid */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `ACCOUNT_INACTIVE`: This account is deactivated */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    loginWithPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginWithPasskeyRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PASSKEY_INVALID`: The passkey was not accepted. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `ACCOUNT_INACTIVE`: This account is deactivated */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    askForPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyQuestion"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listProviders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderList"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    linkProvider: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProviderRequest"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description User not authenticated
             *
             *     `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again.
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             *
             *     `STEP_UP_REQUIRED`: Please sign in again first
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_LINKED`: This account of the provider, or another one of it, is linked already. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    unlinkProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The provider. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_LINKED`: No account of this provider is linked. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `LAST_SIGN_IN_METHOD`: This is the only way in to the account. Set a password or link another provider first. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REFRESH_INVALID`: The refresh token is not valid. Please sign in again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `CSRF_INVALID`: Invalid CSRF token */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `EMAIL_EXISTS`: Email address is already in use */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `SIGN_IN_BUSY`: Too many passwords are being checked right now. Please try again in a few seconds.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    resendVerification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetPasswordRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `INVALID_CODE`: The verification code is incorrect.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `NO_VERIFICATION_REQUEST`: There is no pending verification for this email address. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `RATE_LIMITED`: Too many requests. Please try again later.
             *
             *     `MAX_ATTEMPTS_EXCEEDED`: Maximum verification attempts exceeded. Please request a new code.
             */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `SIGN_IN_BUSY`: Too many passwords are being checked right now. Please try again in a few seconds.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    endOtherSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the session. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SESSION_NOT_FOUND`: Session not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    verifyEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerifyEmailRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `INVALID_CODE`: The verification code has expired.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `NO_VERIFICATION_REQUEST`: There is no pending verification for this email address. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `RATE_LIMITED`: Too many requests. Please try again later.
             *
             *     `MAX_ATTEMPTS_EXCEEDED`: Maximum verification attempts exceeded. Please request a new code.
             */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    finishWithX: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description See Other */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    finishByFormWithX: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description See Other */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    loginWithX: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProviderRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"] | components["schemas"]["SecondFactorRequired"];
                };
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `ACCOUNT_INACTIVE`: This account is deactivated */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `NOT_REGISTERED`: Nobody is registered with this account of the provider. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    registerWithX: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProviderRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `EMAIL_EXISTS`: Email address is already in use */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    startWithX: {
        parameters: {
            query: {
                /** @description Binds the result to who asks (PKCE, S256). */
                codeChallenge: string;
                /** @description Where the browser returns to: an address of an allowed frontend. */
                returnUrl: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description See Other */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `SIGN_IN_FLOW_INVALID`: This sign-in has expired or was finished before. Please start again.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_TOKEN_INVALID`: The sign-in provider did not confirm who you are. Please try again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROVIDER_NOT_CONFIGURED`: Signing in with this provider is not set up. */
            501: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listBillingAudit: {
        parameters: {
            query?: {
                /** @description All members must hold. */
                filter?: {
                    /** @description Must be a string of at most 1000 characters. */
                    action?: string;
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number. */
                    adminId?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | (number | string)[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    begunAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    endedAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number. */
                    id?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | (number | string)[];
                    /** @description Must be a string of at most 1000 characters; or "null" or "!null". */
                    object?: string | (null | "null" | "!null");
                    /** @description Words, each of which is part of any of action, object, in any case. */
                    q?: string;
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; or "null" or "!null". */
                    status?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | (number | (null | "null" | "!null"))[] | (null | "null" | "!null");
                };
                /** @description The page, from 1. One past the end is empty. */
                page?: number;
                /** @description Rows on a page. */
                perPage?: number;
                /** @description Instead of page and perPage: the first and the last row, counted from 0. */
                range?: number[];
                /** @description Field and direction (ASC or DESC), as one list of pairs or as a list of lists. Nulls come last; id breaks ties and is the default. Fields: id, adminId, action, object, status, begunAt, endedAt. */
                sort?: string[] | string[][];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /**
                     * @description The unit of ranges.
                     * @example items
                     */
                    "Accept-Range"?: string;
                    /**
                     * @description Lets browsers read the other headers.
                     * @example Content-Range, X-Total-Count
                     */
                    "Access-Control-Expose-Headers"?: string;
                    /**
                     * @description The rows on this page, counted from 0, and the number of all; * for an empty page.
                     * @example items 0-9/42
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The number of rows on all pages.
                     * @example 42
                     */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdministratorsActPage"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request line and the headers are too long. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    startCheckout: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repetition of the request answer what the first one did, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StartCheckoutRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checkout"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROMO_NOT_FOUND`: There is no such promotion code.
             *
             *     `PLAN_NOT_FOUND`: There is no such plan.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `IDEMPOTENCY_KEY_REUSED`: This Idempotency-Key was used with another request.
             *
             *     `IDEMPOTENCY_KEY_IN_FLIGHT`: A request with this Idempotency-Key is still under way.
             *
             *     `PROMO_INACTIVE`: This promotion is not active.
             *
             *     `PROMO_NOT_STARTED`: This promotion has not started yet.
             *
             *     `PROMO_EXPIRED`: This promotion has ended.
             *
             *     `PROMO_EXHAUSTED`: This promotion has been used up.
             *
             *     `PROMO_ALREADY_REDEEMED`: You have used this promotion already.
             *
             *     `PROMO_FIRST_TIME_ONLY`: This promotion is for first subscriptions only.
             *
             *     `PROMO_PLAN_NOT_ELIGIBLE`: This promotion is not for this plan.
             *
             *     `PROMO_CURRENCY_MISMATCH`: This promotion is in another currency than the plan.
             *
             *     `TRIAL_ALREADY_USED`: A free trial can be used once only.
             *
             *     `ALREADY_SUBSCRIBED`: You have a subscription already.
             *
             *     `CHECKOUT_SUPERSEDED`: Another checkout was started after this one.
             *
             *     `CHECKOUT_IN_PROGRESS`: You are subscribing already. Please try again in two minutes.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getCheckout: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the checkout session. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckoutWithSubscription"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `CHECKOUT_NOT_FOUND`: There is no such checkout session. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listCoupons: {
        parameters: {
            query?: {
                /** @description All members must hold. */
                filter?: {
                    /** @description Must be true or false, or an array of these. */
                    active?: boolean | boolean[];
                    /** @description Must be a string or an array of strings. */
                    couponDurationTypeCode?: string | string[];
                    /** @description Must be a string of at most 1000 characters. */
                    couponDurationTypeName?: string;
                    /** @description Must be a string or an array of strings. */
                    couponTypeCode?: string | string[];
                    /** @description Must be a string of at most 1000 characters. */
                    couponTypeName?: string;
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    createdAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                    /** @description Must be a string or an array of strings; or "null" or "!null". */
                    currency?: string | (string | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; or "null" or "!null". */
                    discountAmount?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | (number | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a number without an exponent, an array of such, or {"from":12.5,"to":20} with either end left out or null; or "null" or "!null". */
                    discountPercentage?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | (number | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; or "null" or "!null". */
                    durationInMonths?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | (number | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number. */
                    id?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | (number | string)[];
                    /** @description Must be a string of at most 1000 characters. */
                    name?: string;
                    /** @description Words, each of which is part of any of name, couponTypeName, couponDurationTypeName, in any case. */
                    q?: string;
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; or "null" or "!null". */
                    trialDays?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | (number | (null | "null" | "!null"))[] | (null | "null" | "!null");
                };
                /** @description The page, from 1. One past the end is empty. */
                page?: number;
                /** @description Rows on a page. */
                perPage?: number;
                /** @description Instead of page and perPage: the first and the last row, counted from 0. */
                range?: number[];
                /** @description Field and direction (ASC or DESC), as one list of pairs or as a list of lists. Nulls come last; id breaks ties and is the default. Fields: id, name, couponTypeCode, couponTypeName, discountPercentage, discountAmount, currency, trialDays, couponDurationTypeCode, couponDurationTypeName, durationInMonths, active, createdAt. */
                sort?: string[] | string[][];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /**
                     * @description The unit of ranges.
                     * @example items
                     */
                    "Accept-Range"?: string;
                    /**
                     * @description Lets browsers read the other headers.
                     * @example Content-Range, X-Total-Count
                     */
                    "Access-Control-Expose-Headers"?: string;
                    /**
                     * @description The rows on this page, counted from 0, and the number of all; * for an empty page.
                     * @example items 0-9/42
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The number of rows on all pages.
                     * @example 42
                     */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CouponPage"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request line and the headers are too long. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createCoupon: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repetition of the request answer what the first one did, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateCouponRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Coupon"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `IDEMPOTENCY_KEY_REUSED`: This Idempotency-Key was used with another request.
             *
             *     `IDEMPOTENCY_KEY_IN_FLIGHT`: A request with this Idempotency-Key is still under way.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getCoupon: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Coupon"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `COUPON_NOT_FOUND`: There is no such coupon. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    updateCoupon: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateCouponRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Coupon"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `COUPON_NOT_FOUND`: There is no such coupon. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    archiveCoupon: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `COUPON_NOT_FOUND`: There is no such coupon. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getEntitlements: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Entitlements"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listInvoices: {
        parameters: {
            query?: {
                /** @description All members must hold. */
                filter?: {
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null. */
                    amountDue?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | number[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null. */
                    amountPaid?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | number[];
                    /** @description Must be a string or an array of strings. */
                    currency?: string | string[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null. */
                    discount?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | number[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    dueAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    finalizedAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number. */
                    id?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | (number | string)[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    issuedAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    paidAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Words, each of which is part of any of stripeInvoiceId, stripeSubscriptionId, status, in any case. */
                    q?: string;
                    /** @description Must be a string or an array of strings. */
                    reason?: string | string[];
                    /** @description Must be one of open, paid, uncollectible, void, or an array of these. */
                    status?: ("open" | "paid" | "uncollectible" | "void") | ("open" | "paid" | "uncollectible" | "void")[];
                    /** @description Must be a string of at most 1000 characters. */
                    stripeInvoiceId?: string;
                    /** @description Must be a string of at most 1000 characters; or "null" or "!null". */
                    stripeSubscriptionId?: string | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null. */
                    subtotal?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | number[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null. */
                    tax?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | number[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null. */
                    total?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | number[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    voidedAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                };
                /** @description The page, from 1. One past the end is empty. */
                page?: number;
                /** @description Rows on a page. */
                perPage?: number;
                /** @description Instead of page and perPage: the first and the last row, counted from 0. */
                range?: number[];
                /** @description Field and direction (ASC or DESC), as one list of pairs or as a list of lists. Nulls come last; id breaks ties and is the default. Fields: id, stripeInvoiceId, stripeSubscriptionId, status, reason, currency, subtotal, discount, tax, total, amountPaid, amountDue, issuedAt, finalizedAt, dueAt, paidAt, voidedAt. */
                sort?: string[] | string[][];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /**
                     * @description The unit of ranges.
                     * @example items
                     */
                    "Accept-Range"?: string;
                    /**
                     * @description Lets browsers read the other headers.
                     * @example Content-Range, X-Total-Count
                     */
                    "Access-Control-Expose-Headers"?: string;
                    /**
                     * @description The rows on this page, counted from 0, and the number of all; * for an empty page.
                     * @example items 0-9/42
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The number of rows on all pages.
                     * @example 42
                     */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvoicePage"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request line and the headers are too long. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getInvoice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvoiceWithLines"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVOICE_NOT_FOUND`: There is no such invoice. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    retryInvoice: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repetition of the request answer what the first one did, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvoiceWithLines"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PAYMENT_FAILED`: The payment has failed.
             *
             *     `PAYMENT_ACTION_REQUIRED`: The payment needs your confirmation.
             */
            402: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVOICE_NOT_FOUND`: There is no such invoice. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `IDEMPOTENCY_KEY_REUSED`: This Idempotency-Key was used with another request.
             *
             *     `IDEMPOTENCY_KEY_IN_FLIGHT`: A request with this Idempotency-Key is still under way.
             *
             *     `INVOICE_NOT_OPEN`: This invoice is not waiting for a payment.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getUpcomingInvoice: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvoiceWithLines"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NO_SUBSCRIPTION`: You have no subscription.
             *
             *     `NO_UPCOMING_INVOICE`: Your subscription ends before its next invoice.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listLedger: {
        parameters: {
            query?: {
                /** @description All members must hold. */
                filter?: {
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null. */
                    amount?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | number[];
                    /** @description Must be a string or an array of strings. */
                    currency?: string | string[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number. */
                    id?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | (number | string)[];
                    /** @description Must be one of payment, refund, refund_failed, dispute_lost, or an array of these. */
                    kind?: ("payment" | "refund" | "refund_failed" | "dispute_lost") | ("payment" | "refund" | "refund_failed" | "dispute_lost")[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    occurredAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                    /** @description Must be a string or an array of strings; or "null" or "!null". */
                    planInterval?: string | (string | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    recordedAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                    /** @description Must be a string or an array of strings; or "null" or "!null". */
                    stripeChargeId?: string | (string | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a string or an array of strings; or "null" or "!null". */
                    stripeDisputeId?: string | (string | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a string or an array of strings; or "null" or "!null". */
                    stripeInvoiceId?: string | (string | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a string or an array of strings; or "null" or "!null". */
                    stripeRefundId?: string | (string | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a string or an array of strings; or "null" or "!null". */
                    stripeSubscriptionId?: string | (string | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number; or "null" or "!null". */
                    subscriptionId?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | ((number | string) | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null. */
                    tax?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | number[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number. */
                    userId?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | (number | string)[];
                };
                /** @description The form of the answer. */
                format?: "json" | "csv";
                /** @description The page, from 1. One past the end is empty. */
                page?: number;
                /** @description Rows on a page. */
                perPage?: number;
                /** @description Instead of page and perPage: the first and the last row, counted from 0. */
                range?: number[];
                /** @description Field and direction (ASC or DESC), as one list of pairs or as a list of lists. Nulls come last; id breaks ties and is the default. Fields: id, userId, kind, amount, tax, currency, subscriptionId, planInterval, occurredAt, recordedAt. */
                sort?: string[] | string[][];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /**
                     * @description The unit of ranges.
                     * @example items
                     */
                    "Accept-Range"?: string;
                    /**
                     * @description Lets browsers read the other headers.
                     * @example Content-Range, X-Total-Count
                     */
                    "Access-Control-Expose-Headers"?: string;
                    /**
                     * @description The rows on this page, counted from 0, and the number of all; * for an empty page.
                     * @example items 0-9/42
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The number of rows on all pages.
                     * @example 42
                     */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerEntryPage"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request line and the headers are too long. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getRevenue: {
        parameters: {
            query?: {
                /** @description How many months, the current one included. */
                months?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Revenue"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listPlans: {
        parameters: {
            query?: {
                /** @description All members must hold. */
                filter?: {
                    /** @description Must be true or false, or an array of these. */
                    active?: boolean | boolean[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null. */
                    amount?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | number[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    createdAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                    /** @description Must be a string or an array of strings. */
                    currency?: string | string[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number. */
                    id?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | (number | string)[];
                    /** @description Must be one of day, week, month, year, or an array of these. */
                    interval?: ("day" | "week" | "month" | "year") | ("day" | "week" | "month" | "year")[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null. */
                    intervalCount?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | number[];
                    /** @description Must be a string of at most 1000 characters. */
                    name?: string;
                    /** @description Words, each of which is part of any of name, in any case. */
                    q?: string;
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; or "null" or "!null". */
                    trialPeriodDays?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | (number | (null | "null" | "!null"))[] | (null | "null" | "!null");
                };
                /** @description The page, from 1. One past the end is empty. */
                page?: number;
                /** @description Rows on a page. */
                perPage?: number;
                /** @description Instead of page and perPage: the first and the last row, counted from 0. */
                range?: number[];
                /** @description Field and direction (ASC or DESC), as one list of pairs or as a list of lists. Nulls come last; id breaks ties and is the default. Fields: id, name, interval, intervalCount, amount, currency, trialPeriodDays, active, createdAt. */
                sort?: string[] | string[][];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /**
                     * @description The unit of ranges.
                     * @example items
                     */
                    "Accept-Range"?: string;
                    /**
                     * @description Lets browsers read the other headers.
                     * @example Content-Range, X-Total-Count
                     */
                    "Access-Control-Expose-Headers"?: string;
                    /**
                     * @description The rows on this page, counted from 0, and the number of all; * for an empty page.
                     * @example items 0-9/42
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The number of rows on all pages.
                     * @example 42
                     */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlanPage"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request line and the headers are too long. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createPlan: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repetition of the request answer what the first one did, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreatePlanRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `IDEMPOTENCY_KEY_REUSED`: This Idempotency-Key was used with another request.
             *
             *     `IDEMPOTENCY_KEY_IN_FLIGHT`: A request with this Idempotency-Key is still under way.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getPlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PLAN_NOT_FOUND`: There is no such plan. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    updatePlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdatePlanRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PLAN_NOT_FOUND`: There is no such plan. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    archivePlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PLAN_NOT_FOUND`: There is no such plan. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    openPortal: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repetition of the request answer what the first one did, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenPortalRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortalSession"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `NO_SUBSCRIPTION`: You have no subscription. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `IDEMPOTENCY_KEY_REUSED`: This Idempotency-Key was used with another request.
             *
             *     `IDEMPOTENCY_KEY_IN_FLIGHT`: A request with this Idempotency-Key is still under way.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listPromotions: {
        parameters: {
            query?: {
                /** @description All members must hold. */
                filter?: {
                    /** @description Must be true or false, or an array of these. */
                    active?: boolean | boolean[];
                    /** @description Must be a string of at most 1000 characters. */
                    code?: string;
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number. */
                    couponId?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | (number | string)[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    createdAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                    /** @description Must be a string of at most 1000 characters; or "null" or "!null". */
                    description?: string | (null | "null" | "!null");
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    expiresAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be true or false, or an array of these. */
                    firstTimeOnly?: boolean | boolean[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number. */
                    id?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | (number | string)[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; or "null" or "!null". */
                    maxRedemptions?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | (number | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a string of at most 1000 characters. */
                    name?: string;
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; or "null" or "!null". */
                    perUserLimit?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | (number | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Words, each of which is part of any of name, code, description, in any case. */
                    q?: string;
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null. */
                    redemptions?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | number[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    startsAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                };
                /** @description The page, from 1. One past the end is empty. */
                page?: number;
                /** @description Rows on a page. */
                perPage?: number;
                /** @description Instead of page and perPage: the first and the last row, counted from 0. */
                range?: number[];
                /** @description Field and direction (ASC or DESC), as one list of pairs or as a list of lists. Nulls come last; id breaks ties and is the default. Fields: id, name, code, description, couponId, startsAt, expiresAt, maxRedemptions, perUserLimit, firstTimeOnly, active, redemptions, createdAt. */
                sort?: string[] | string[][];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /**
                     * @description The unit of ranges.
                     * @example items
                     */
                    "Accept-Range"?: string;
                    /**
                     * @description Lets browsers read the other headers.
                     * @example Content-Range, X-Total-Count
                     */
                    "Access-Control-Expose-Headers"?: string;
                    /**
                     * @description The rows on this page, counted from 0, and the number of all; * for an empty page.
                     * @example items 0-9/42
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The number of rows on all pages.
                     * @example 42
                     */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromotionPage"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request line and the headers are too long. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createPromotion: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repetition of the request answer what the first one did, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreatePromotionRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Promotion"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `COUPON_NOT_FOUND`: There is no such coupon.
             *
             *     `PLAN_NOT_FOUND`: There is no such plan.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `IDEMPOTENCY_KEY_REUSED`: This Idempotency-Key was used with another request.
             *
             *     `IDEMPOTENCY_KEY_IN_FLIGHT`: A request with this Idempotency-Key is still under way.
             *
             *     `PROMO_CODE_EXISTS`: An active promotion has this code already.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getPromotion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Promotion"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROMO_NOT_FOUND`: There is no such promotion code. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    updatePromotion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdatePromotionRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Promotion"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROMO_NOT_FOUND`: There is no such promotion code.
             *
             *     `PLAN_NOT_FOUND`: There is no such plan.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROMO_CODE_EXISTS`: An active promotion has this code already. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    archivePromotion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROMO_NOT_FOUND`: There is no such promotion code. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listRedemptions: {
        parameters: {
            query?: {
                /** @description All members must hold. */
                filter?: {
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    appliedAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    endsAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number. */
                    id?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | (number | string)[];
                    /** @description Words, each of which is part of any of status, stripeDiscountId, in any case. */
                    q?: string;
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    reservedAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                    /** @description Must be one of reserved, applied, consumed, expired, released, removed, or an array of these. */
                    status?: ("reserved" | "applied" | "consumed" | "expired" | "released" | "removed") | ("reserved" | "applied" | "consumed" | "expired" | "released" | "removed")[];
                    /** @description Must be a string of at most 1000 characters; or "null" or "!null". */
                    stripeDiscountId?: string | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number; or "null" or "!null". */
                    subscriptionId?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | ((number | string) | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    updatedAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number. */
                    userId?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | (number | string)[];
                };
                /** @description The page, from 1. One past the end is empty. */
                page?: number;
                /** @description Rows on a page. */
                perPage?: number;
                /** @description Instead of page and perPage: the first and the last row, counted from 0. */
                range?: number[];
                /** @description Field and direction (ASC or DESC), as one list of pairs or as a list of lists. Nulls come last; id breaks ties and is the default. Fields: id, userId, subscriptionId, status, stripeDiscountId, endsAt, reservedAt, appliedAt, updatedAt. */
                sort?: string[] | string[][];
            };
            header?: never;
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /**
                     * @description The unit of ranges.
                     * @example items
                     */
                    "Accept-Range"?: string;
                    /**
                     * @description Lets browsers read the other headers.
                     * @example Content-Range, X-Total-Count
                     */
                    "Access-Control-Expose-Headers"?: string;
                    /**
                     * @description The rows on this page, counted from 0, and the number of all; * for an empty page.
                     * @example items 0-9/42
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The number of rows on all pages.
                     * @example 42
                     */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RedemptionPage"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `PROMO_NOT_FOUND`: There is no such promotion code. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request line and the headers are too long. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    validatePromotion: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repetition of the request answer what the first one did, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ValidatePromotionRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromotionOffer"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROMO_NOT_FOUND`: There is no such promotion code.
             *
             *     `PLAN_NOT_FOUND`: There is no such plan.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `IDEMPOTENCY_KEY_REUSED`: This Idempotency-Key was used with another request.
             *
             *     `IDEMPOTENCY_KEY_IN_FLIGHT`: A request with this Idempotency-Key is still under way.
             *
             *     `PROMO_INACTIVE`: This promotion is not active.
             *
             *     `PROMO_NOT_STARTED`: This promotion has not started yet.
             *
             *     `PROMO_EXPIRED`: This promotion has ended.
             *
             *     `PROMO_EXHAUSTED`: This promotion has been used up.
             *
             *     `PROMO_ALREADY_REDEEMED`: You have used this promotion already.
             *
             *     `PROMO_FIRST_TIME_ONLY`: This promotion is for first subscriptions only.
             *
             *     `PROMO_PLAN_NOT_ELIGIBLE`: This promotion is not for this plan.
             *
             *     `PROMO_CURRENCY_MISMATCH`: This promotion is in another currency than the plan.
             *
             *     `TRIAL_ALREADY_USED`: A free trial can be used once only.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listReconciliationRuns: {
        parameters: {
            query?: {
                /** @description All members must hold. */
                filter?: {
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null. */
                    checked?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | number[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    finishedAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number. */
                    id?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | (number | string)[];
                    /** @description Must be a string or an array of strings. */
                    kind?: string | string[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null. */
                    mismatches?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | number[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    startedAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                    /** @description Must be a string or an array of strings. */
                    status?: string | string[];
                };
                /** @description The page, from 1. One past the end is empty. */
                page?: number;
                /** @description Rows on a page. */
                perPage?: number;
                /** @description Instead of page and perPage: the first and the last row, counted from 0. */
                range?: number[];
                /** @description Field and direction (ASC or DESC), as one list of pairs or as a list of lists. Nulls come last; id breaks ties and is the default. Fields: id, kind, status, checked, mismatches, startedAt, finishedAt. */
                sort?: string[] | string[][];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /**
                     * @description The unit of ranges.
                     * @example items
                     */
                    "Accept-Range"?: string;
                    /**
                     * @description Lets browsers read the other headers.
                     * @example Content-Range, X-Total-Count
                     */
                    "Access-Control-Expose-Headers"?: string;
                    /**
                     * @description The rows on this page, counted from 0, and the number of all; * for an empty page.
                     * @example items 0-9/42
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The number of rows on all pages.
                     * @example 42
                     */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationRunPage"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request line and the headers are too long. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    startReconciliationRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repetition of the request answer what the first one did, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationRun"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `IDEMPOTENCY_KEY_REUSED`: This Idempotency-Key was used with another request.
             *
             *     `IDEMPOTENCY_KEY_IN_FLIGHT`: A request with this Idempotency-Key is still under way.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getReconciliationRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationRunWithMismatches"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RECONCILIATION_RUN_NOT_FOUND`: There is no such reconciliation run. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createRefund: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repetition of the request answer what the first one did, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateRefundRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refund"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVOICE_NOT_FOUND`: There is no such invoice. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `IDEMPOTENCY_KEY_REUSED`: This Idempotency-Key was used with another request.
             *
             *     `IDEMPOTENCY_KEY_IN_FLIGHT`: A request with this Idempotency-Key is still under way.
             *
             *     `NOT_REFUNDABLE`: This invoice was not paid by a charge, or less of it is left.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `NO_SUBSCRIPTION`: You have no subscription. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    subscribe: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repetition of the request answer what the first one did, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubscribeRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PAYMENT_FAILED`: The payment has failed.
             *
             *     `PAYMENT_ACTION_REQUIRED`: The payment needs your confirmation.
             */
            402: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROMO_NOT_FOUND`: There is no such promotion code.
             *
             *     `PLAN_NOT_FOUND`: There is no such plan.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `IDEMPOTENCY_KEY_REUSED`: This Idempotency-Key was used with another request.
             *
             *     `IDEMPOTENCY_KEY_IN_FLIGHT`: A request with this Idempotency-Key is still under way.
             *
             *     `PROMO_INACTIVE`: This promotion is not active.
             *
             *     `PROMO_NOT_STARTED`: This promotion has not started yet.
             *
             *     `PROMO_EXPIRED`: This promotion has ended.
             *
             *     `PROMO_EXHAUSTED`: This promotion has been used up.
             *
             *     `PROMO_ALREADY_REDEEMED`: You have used this promotion already.
             *
             *     `PROMO_FIRST_TIME_ONLY`: This promotion is for first subscriptions only.
             *
             *     `PROMO_PLAN_NOT_ELIGIBLE`: This promotion is not for this plan.
             *
             *     `PROMO_CURRENCY_MISMATCH`: This promotion is in another currency than the plan.
             *
             *     `TRIAL_ALREADY_USED`: A free trial can be used once only.
             *
             *     `ALREADY_SUBSCRIBED`: You have a subscription already.
             *
             *     `CHECKOUT_SUPERSEDED`: Another checkout was started after this one.
             *
             *     `CHECKOUT_IN_PROGRESS`: You are subscribing already. Please try again in two minutes.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    cancelSubscription: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repetition of the request answer what the first one did, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelSubscriptionRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"] | null;
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `NO_SUBSCRIPTION`: You have no subscription. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `IDEMPOTENCY_KEY_REUSED`: This Idempotency-Key was used with another request.
             *
             *     `IDEMPOTENCY_KEY_IN_FLIGHT`: A request with this Idempotency-Key is still under way.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    changeSubscription: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repetition of the request answer what the first one did, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeSubscriptionRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"] | null;
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PAYMENT_FAILED`: The payment has failed.
             *
             *     `PAYMENT_ACTION_REQUIRED`: The payment needs your confirmation.
             */
            402: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `NO_SUBSCRIPTION`: You have no subscription. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `IDEMPOTENCY_KEY_REUSED`: This Idempotency-Key was used with another request.
             *
             *     `IDEMPOTENCY_KEY_IN_FLIGHT`: A request with this Idempotency-Key is still under way.
             *
             *     `PREVIEW_STALE`: This preview is no longer valid. Please ask for a new one.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    previewChange: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repetition of the request answer what the first one did, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewChangeRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangePreview"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `NO_SUBSCRIPTION`: You have no subscription.
             *
             *     `PLAN_NOT_FOUND`: There is no such plan.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `IDEMPOTENCY_KEY_REUSED`: This Idempotency-Key was used with another request.
             *
             *     `IDEMPOTENCY_KEY_IN_FLIGHT`: A request with this Idempotency-Key is still under way.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    resumeSubscription: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repetition of the request answer what the first one did, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"] | null;
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `NO_SUBSCRIPTION`: You have no subscription. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `IDEMPOTENCY_KEY_REUSED`: This Idempotency-Key was used with another request.
             *
             *     `IDEMPOTENCY_KEY_IN_FLIGHT`: A request with this Idempotency-Key is still under way.
             *
             *     `NOT_RESUMABLE`: Your subscription does not end, so it cannot be resumed.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listSubscriptions: {
        parameters: {
            query?: {
                /** @description All members must hold. */
                filter?: {
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    cancelAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be true or false, or an array of these. */
                    cancelAtPeriodEnd?: boolean | boolean[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    canceledAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be true or false, or an array of these. */
                    collectionPaused?: boolean | boolean[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    createdAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    currentPeriodEnd?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    currentPeriodStart?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    endedAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number. */
                    id?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | (number | string)[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    pastDueSince?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null. */
                    planAmount?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | number[];
                    /** @description Must be a string or an array of strings. */
                    planCurrency?: string | string[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number; or "null" or "!null". */
                    planId?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | ((number | string) | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a string or an array of strings. */
                    planInterval?: string | string[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null. */
                    planIntervalCount?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | number[];
                    /** @description Must be a string of at most 1000 characters; or "null" or "!null". */
                    planName?: string | (null | "null" | "!null");
                    /** @description Words, each of which is part of any of stripeSubscriptionId, status, planName, in any case. */
                    q?: string;
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null. */
                    quantity?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | number[];
                    /** @description Must be a string or an array of strings. */
                    status?: string | string[];
                    /** @description Must be a string of at most 1000 characters. */
                    stripeSubscriptionId?: string;
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    trialEnd?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    trialStart?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    updatedAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number. */
                    userId?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | (number | string)[];
                };
                /** @description The page, from 1. One past the end is empty. */
                page?: number;
                /** @description Rows on a page. */
                perPage?: number;
                /** @description Instead of page and perPage: the first and the last row, counted from 0. */
                range?: number[];
                /** @description Field and direction (ASC or DESC), as one list of pairs or as a list of lists. Nulls come last; id breaks ties and is the default. Fields: id, userId, stripeSubscriptionId, status, planId, planName, planInterval, planIntervalCount, planAmount, planCurrency, quantity, currentPeriodStart, currentPeriodEnd, trialStart, trialEnd, cancelAtPeriodEnd, cancelAt, canceledAt, endedAt, collectionPaused, pastDueSince, createdAt, updatedAt. */
                sort?: string[] | string[][];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /**
                     * @description The unit of ranges.
                     * @example items
                     */
                    "Accept-Range"?: string;
                    /**
                     * @description Lets browsers read the other headers.
                     * @example Content-Range, X-Total-Count
                     */
                    "Access-Control-Expose-Headers"?: string;
                    /**
                     * @description The rows on this page, counted from 0, and the number of all; * for an empty page.
                     * @example items 0-9/42
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The number of rows on all pages.
                     * @example 42
                     */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListedSubscriptionPage"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request line and the headers are too long. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    endSubscription: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repetition of the request answer what the first one did, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelSubscriptionRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListedSubscription"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SUBSCRIPTION_NOT_FOUND`: There is no such subscription. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `IDEMPOTENCY_KEY_REUSED`: This Idempotency-Key was used with another request.
             *
             *     `IDEMPOTENCY_KEY_IN_FLIGHT`: A request with this Idempotency-Key is still under way.
             *
             *     `SUBSCRIPTION_ENDED`: This subscription has ended.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    extendTrial: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repetition of the request answer what the first one did, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExtendTrialRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListedSubscription"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SUBSCRIPTION_NOT_FOUND`: There is no such subscription. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `IDEMPOTENCY_KEY_REUSED`: This Idempotency-Key was used with another request.
             *
             *     `IDEMPOTENCY_KEY_IN_FLIGHT`: A request with this Idempotency-Key is still under way.
             *
             *     `NOT_TRIALING`: This subscription is not in a trial.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    syncSubscription: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repetition of the request answer what the first one did, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListedSubscription"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SUBSCRIPTION_NOT_FOUND`: There is no such subscription. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `IDEMPOTENCY_KEY_REUSED`: This Idempotency-Key was used with another request.
             *
             *     `IDEMPOTENCY_KEY_IN_FLIGHT`: A request with this Idempotency-Key is still under way.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `PROVIDER_REFUSED`: The payment provider refused the request.
             *
             *     `PROVIDER_OBJECT_MISSING`: The payment provider does not know this object.
             */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `PROVIDER_UNAVAILABLE`: The payment provider is not available right now. Please try again.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listWebhookEvents: {
        parameters: {
            query?: {
                /** @description All members must hold. */
                filter?: {
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    createdAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                    /** @description Must be a string of at most 1000 characters; or "null" or "!null". */
                    customerId?: string | (null | "null" | "!null");
                    /** @description Must be a string of at most 1000 characters. */
                    id?: string;
                    /** @description Must be a string of at most 1000 characters. */
                    objectId?: string;
                    /** @description Words, each of which is part of any of id, type, objectId, customerId, in any case. */
                    q?: string;
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    receivedAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    settledAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be one of waiting, done, unmatched, dead, or an array of these. */
                    state?: ("waiting" | "done" | "unmatched" | "dead") | ("waiting" | "done" | "unmatched" | "dead")[];
                    /** @description Must be a string of at most 1000 characters. */
                    type?: string;
                };
                /** @description The page, from 1. One past the end is empty. */
                page?: number;
                /** @description Rows on a page. */
                perPage?: number;
                /** @description Instead of page and perPage: the first and the last row, counted from 0. */
                range?: number[];
                /** @description Field and direction (ASC or DESC), as one list of pairs or as a list of lists. Nulls come last; id breaks ties and is the default. Fields: id, type, objectId, customerId, state, createdAt, receivedAt, settledAt. */
                sort?: string[] | string[][];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /**
                     * @description The unit of ranges.
                     * @example items
                     */
                    "Accept-Range"?: string;
                    /**
                     * @description Lets browsers read the other headers.
                     * @example Content-Range, X-Total-Count
                     */
                    "Access-Control-Expose-Headers"?: string;
                    /**
                     * @description The rows on this page, counted from 0, and the number of all; * for an empty page.
                     * @example items 0-9/42
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The number of rows on all pages.
                     * @example 42
                     */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEventPage"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request line and the headers are too long. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    replayWebhookEvent: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repetition of the request answer what the first one did, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The provider's id of the event. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookReplay"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `EVENT_NOT_FOUND`: There is no such event. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `IDEMPOTENCY_KEY_REUSED`: This Idempotency-Key was used with another request.
             *
             *     `IDEMPOTENCY_KEY_IN_FLIGHT`: A request with this Idempotency-Key is still under way.
             *
             *     `EVENT_NOT_REPLAYABLE`: Events of this kind are not handled.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    receiveStripeWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookReceived"];
                };
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `WEBHOOK_SIGNATURE_INVALID`: The signature of the webhook is not valid.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listUsers: {
        parameters: {
            query?: {
                /** @description All members must hold. */
                filter?: {
                    /** @description Must be a string or an array of strings. */
                    authTypeCode?: string | string[];
                    /** @description Must be a string of at most 1000 characters. */
                    authTypeName?: string;
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    createdAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                    /** @description Must be a string of at most 1000 characters. */
                    email?: string;
                    /** @description Must be a string of at most 1000 characters; or "null" or "!null". */
                    firstName?: string | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number. */
                    id?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | (number | string)[];
                    /** @description Must be true or false, or an array of these. */
                    isActive?: boolean | boolean[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    lastLoginAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be a string of at most 1000 characters; or "null" or "!null". */
                    lastName?: string | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number; or "null" or "!null". */
                    legacyUserId?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | ((number | string) | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Words, each of which is part of any of username, email, firstName, lastName, typeName, authTypeName, in any case. */
                    q?: string;
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    subscriptionExemptionEndsAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    subscriptionExemptionStartsAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be a string or an array of strings. */
                    typeCode?: string | string[];
                    /** @description Must be a string of at most 1000 characters. */
                    typeName?: string;
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    updatedAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                    /** @description Must be a string of at most 1000 characters. */
                    username?: string;
                    /** @description Must be a string or an array of strings. */
                    userTypeCode?: string | string[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    verifiedAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                } & {
                    [key: string]: (string | number | boolean) | ((string | number | boolean) | (null | "null" | "!null"))[] | (null | "null" | "!null");
                };
                /** @description The page, from 1. One past the end is empty. */
                page?: number;
                /** @description Rows on a page. */
                perPage?: number;
                /** @description Instead of page and perPage: the first and the last row, counted from 0. */
                range?: number[];
                /** @description Field and direction (ASC or DESC), as one list of pairs or as a list of lists. Nulls come last; id breaks ties and is the default. Fields: id, username, email, firstName, lastName, typeName, authTypeName, userTypeCode, authTypeCode, isActive, createdAt, updatedAt, verifiedAt, lastLoginAt. */
                sort?: string[] | string[][];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /**
                     * @description The unit of ranges.
                     * @example items
                     */
                    "Accept-Range"?: string;
                    /**
                     * @description Lets browsers read the other headers.
                     * @example Content-Range, X-Total-Count
                     */
                    "Access-Control-Expose-Headers"?: string;
                    /**
                     * @description The rows on this page, counted from 0, and the number of all; * for an empty page.
                     * @example items 0-9/42
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The number of rows on all pages.
                     * @example 42
                     */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserPage"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request line and the headers are too long. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    inviteUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InviteRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             *
             *     `STEP_UP_REQUIRED`: Please sign in again first
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `EMAIL_EXISTS`: Email address is already in use */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getUser: {
        parameters: {
            query?: {
                /** @description More members of the answer. The custom properties are for their user and for administrators. */
                fields?: "properties" | "";
            };
            header?: never;
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"] | components["schemas"]["UserWithProperties"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    updateUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateUserRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             *
             *     `STEP_UP_REQUIRED`: Please sign in again first
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `EMAIL_EXISTS`: Email address is already in use
             *
             *     `LAST_ADMIN`: The last active administrator cannot be deleted, deactivated or demoted.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             *
             *     Administrator access required
             *
             *     `STEP_UP_REQUIRED`: Please sign in again first
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `LAST_ADMIN`: The last active administrator cannot be deleted, deactivated or demoted. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    exportUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonalData"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `RATE_LIMITED`: Too many requests. Please try again later.
             *
             *     `TOO_MANY_EXPORTS`: Other exports are in progress. Please try again later.
             */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listFullUsers: {
        parameters: {
            query?: {
                /** @description All members must hold. */
                filter?: {
                    /** @description Must be a string or an array of strings. */
                    authTypeCode?: string | string[];
                    /** @description Must be a string of at most 1000 characters. */
                    authTypeName?: string;
                    /** @description Must be a string of at most 1000 characters; or "null" or "!null". */
                    couponName?: string | (null | "null" | "!null");
                    /** @description Must be a string or an array of strings; or "null" or "!null". */
                    couponTypeCode?: string | (string | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    createdAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                    /** @description Must be a number without an exponent, an array of such, or {"from":12.5,"to":20} with either end left out or null; or "null" or "!null". */
                    discountPercentage?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | (number | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a string of at most 1000 characters. */
                    email?: string;
                    /** @description Must be a string of at most 1000 characters; or "null" or "!null". */
                    firstName?: string | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number. */
                    id?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | (number | string)[];
                    /** @description Must be true or false, or an array of these. */
                    isActive?: boolean | boolean[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    lastLoginAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be a string of at most 1000 characters; or "null" or "!null". */
                    lastName?: string | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number; or "null" or "!null". */
                    legacyUserId?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | ((number | string) | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a string of at most 1000 characters; or "null" or "!null". */
                    promotionCode?: string | (null | "null" | "!null");
                    /** @description Must be a string of at most 1000 characters; or "null" or "!null". */
                    promotionName?: string | (null | "null" | "!null");
                    /** @description Words, each of which is part of any of username, email, firstName, lastName, typeName, authTypeName, subscriptionPlanName, promotionName, promotionCode, in any case. */
                    q?: string;
                    /** @description Must be a string of at most 1000 characters; or "null" or "!null". */
                    stripeCustomerId?: string | (null | "null" | "!null");
                    /** @description Must be a string of at most 1000 characters; or "null" or "!null". */
                    stripeSubscriptionId?: string | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; or "null" or "!null". */
                    subscriptionChargedAmount?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | (number | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    subscriptionExemptionEndsAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    subscriptionExemptionStartsAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; or "null" or "!null". */
                    subscriptionPlanAmount?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | (number | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a string of at most 1000 characters; or "null" or "!null". */
                    subscriptionPlanName?: string | (null | "null" | "!null");
                    /** @description Must be a string or an array of strings; or "null" or "!null". */
                    subscriptionStatus?: string | (string | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a string or an array of strings. */
                    typeCode?: string | string[];
                    /** @description Must be a string of at most 1000 characters. */
                    typeName?: string;
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    updatedAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                    /** @description Must be a string of at most 1000 characters. */
                    username?: string;
                    /** @description Must be a string or an array of strings. */
                    userTypeCode?: string | string[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    verifiedAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                };
                /** @description The form of an export. */
                format?: "csv" | "ndjson";
                /** @description The page, from 1. One past the end is empty. */
                page?: number;
                /** @description Rows on a page. */
                perPage?: number;
                /** @description Instead of page and perPage: the first and the last row, counted from 0. */
                range?: number[];
                /** @description Field and direction (ASC or DESC), as one list of pairs or as a list of lists. Nulls come last; id breaks ties and is the default. Fields: id, username, email, firstName, lastName, typeName, authTypeName, userTypeCode, authTypeCode, isActive, createdAt, updatedAt, verifiedAt, lastLoginAt, subscriptionExemptionStartsAt, subscriptionExemptionEndsAt, legacyUserId, subscriptionStatus, subscriptionPlanName, stripeCustomerId, stripeSubscriptionId, promotionName, promotionCode, couponName, subscriptionPlanAmount, subscriptionChargedAmount, discountPercentage, couponTypeCode. */
                sort?: string[] | string[][];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /**
                     * @description The unit of ranges.
                     * @example items
                     */
                    "Accept-Range"?: string;
                    /**
                     * @description Lets browsers read the other headers.
                     * @example Content-Range, X-Total-Count
                     */
                    "Access-Control-Expose-Headers"?: string;
                    /**
                     * @description The rows on this page, counted from 0, and the number of all; * for an empty page.
                     * @example items 0-9/42
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The number of rows on all pages.
                     * @example 42
                     */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FullUserPage"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `RATE_LIMITED`: Too many requests. Please try again later.
             *
             *     `TOO_MANY_EXPORTS`: Other exports are in progress. Please try again later.
             */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request line and the headers are too long. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getFullUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FullUser"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    updateUserInFull: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateUserRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FullUser"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             *
             *     `STEP_UP_REQUIRED`: Please sign in again first
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `EMAIL_EXISTS`: Email address is already in use
             *
             *     `LAST_ADMIN`: The last active administrator cannot be deleted, deactivated or demoted.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteUserInFull: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             *
             *     Administrator access required
             *
             *     `STEP_UP_REQUIRED`: Please sign in again first
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `LAST_ADMIN`: The last active administrator cannot be deleted, deactivated or demoted. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    watchUsers: {
        parameters: {
            query?: never;
            header?: {
                /** @description The id of the last event that was seen; the feed goes on after it. */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `RATE_LIMITED`: Too many requests. Please try again later.
             *
             *     `TOO_MANY_FEEDS`: Too many live feeds are open. Please try again later.
             */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    importUsers: {
        parameters: {
            query?: {
                /** @description Checks every line and changes nothing. */
                dryRun?: boolean;
                /** @description The id of the import; without one it gets one. */
                importId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-ndjson": string;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportWithFailures"];
                };
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `UPLOAD_CUT`: The upload ended before the file did. Upload the file again with the same import id to go on.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `IMPORT_RUNNING`: Another upload of this import is under way.
             *
             *     `IMPORT_CHANGED`: This upload is not the file that was begun under this import id. Use another id for another file, and for a dry run.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the roster as application/x-ndjson. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     `IMPORT_STOPPED`: The import was interrupted. Upload the file again with the same import id to go on.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listImports: {
        parameters: {
            query?: {
                /** @description All members must hold. */
                filter?: {
                    /** @description Must be true or false, or an array of these. */
                    dryRun?: boolean | boolean[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null. */
                    failed?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | number[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty; or "null" or "!null". */
                    finishedAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[] | (null | "null" | "!null");
                    /** @description Must be a string of at most 1000 characters. */
                    importId?: string;
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null. */
                    lines?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | number[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    startedAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null. */
                    startedBy?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | number[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    updatedAt?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                };
                /** @description The page, from 1. One past the end is empty. */
                page?: number;
                /** @description Rows on a page. */
                perPage?: number;
                /** @description Instead of page and perPage: the first and the last row, counted from 0. */
                range?: number[];
                /** @description Field and direction (ASC or DESC), as one list of pairs or as a list of lists. Nulls come last; importId breaks ties and is the default. Fields: importId, dryRun, startedBy, lines, failed, startedAt, updatedAt, finishedAt. */
                sort?: string[] | string[][];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /**
                     * @description The unit of ranges.
                     * @example items
                     */
                    "Accept-Range"?: string;
                    /**
                     * @description Lets browsers read the other headers.
                     * @example Content-Range, X-Total-Count
                     */
                    "Access-Control-Expose-Headers"?: string;
                    /**
                     * @description The rows on this page, counted from 0, and the number of all; * for an empty page.
                     * @example items 0-9/42
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The number of rows on all pages.
                     * @example 42
                     */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportPage"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request line and the headers are too long. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getImport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the import. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportWithFailures"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `IMPORT_NOT_FOUND`: There is no such import. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listImportRows: {
        parameters: {
            query?: {
                /** @description All members must hold. */
                filter?: {
                    /** @description Must be a string or an array of strings. */
                    code?: string | string[];
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; or "null" or "!null". */
                    legacyUserId?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | (number | (null | "null" | "!null"))[] | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null. */
                    line?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | number[];
                    /** @description Must be one of created, updated, unchanged, linked, activated, failed, or an array of these. */
                    outcome?: ("created" | "updated" | "unchanged" | "linked" | "activated" | "failed") | ("created" | "updated" | "unchanged" | "linked" | "activated" | "failed")[];
                };
                /** @description The page, from 1. One past the end is empty. */
                page?: number;
                /** @description Rows on a page. */
                perPage?: number;
                /** @description Instead of page and perPage: the first and the last row, counted from 0. */
                range?: number[];
                /** @description Field and direction (ASC or DESC), as one list of pairs or as a list of lists. Nulls come last; line breaks ties and is the default. Fields: line. */
                sort?: string[] | string[][];
            };
            header?: never;
            path: {
                /** @description The id of the import. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /**
                     * @description The unit of ranges.
                     * @example items
                     */
                    "Accept-Range"?: string;
                    /**
                     * @description Lets browsers read the other headers.
                     * @example Content-Range, X-Total-Count
                     */
                    "Access-Control-Expose-Headers"?: string;
                    /**
                     * @description The rows on this page, counted from 0, and the number of all; * for an empty page.
                     * @example items 0-9/42
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The number of rows on all pages.
                     * @example 42
                     */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportRowPage"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `IMPORT_NOT_FOUND`: There is no such import. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request line and the headers are too long. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: {
                /** @description More members of the answer. The custom properties are for their user and for administrators. */
                fields?: "properties" | "";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"] | components["schemas"]["UserWithProperties"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    updateMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateProfileRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"] | components["schemas"]["VerificationRequired"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             *
             *     `STEP_UP_REQUIRED`: Please sign in again first
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `EMAIL_EXISTS`: Email address is already in use */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Failed to send verification email */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    exportMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonalData"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `RATE_LIMITED`: Too many requests. Please try again later.
             *
             *     `TOO_MANY_EXPORTS`: Other exports are in progress. Please try again later.
             */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    confirmEmailChangeByPut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmEmailChangeRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `INVALID_CODE`: The verification code has expired.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `NO_VERIFICATION_REQUEST`: There is no pending verification for this email address. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `EMAIL_EXISTS`: Email address is already in use */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `RATE_LIMITED`: Too many requests. Please try again later.
             *
             *     `MAX_ATTEMPTS_EXCEEDED`: Maximum verification attempts exceeded. Please request a new code.
             */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    confirmEmailChange: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmEmailChangeRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /**
             * @description `VALIDATION_FAILED`: The request is not valid.
             *
             *     `INVALID_CODE`: The verification code has expired.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `NO_VERIFICATION_REQUEST`: There is no pending verification for this email address. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `EMAIL_EXISTS`: Email address is already in use */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `RATE_LIMITED`: Too many requests. Please try again later.
             *
             *     `MAX_ATTEMPTS_EXCEEDED`: Maximum verification attempts exceeded. Please request a new code.
             */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getUserMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserMetrics"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `UNAVAILABLE`: The service is not available right now. Please try again.
             *
             *     We could not collect any data on the users.
             */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listVerificationRequests: {
        parameters: {
            query?: {
                /** @description All members must hold. */
                filter?: {
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null. */
                    attempts?: number | {
                        from?: number | null;
                        to?: number | null;
                    } | number[];
                    /** @description Must be a day such as "2023-01-15", a time such as "2023-01-15T08:30:00Z", or a range of these as ["2023-01-01","2023-01-31"], {"from":"2023-01-01","to":"2023-01-31"} or "2023-01-01..2023-01-31" with either end null or empty. */
                    createdOn?: string | {
                        from?: string | null;
                        to?: string | null;
                    } | (string | null)[];
                    /** @description Must be a string of at most 1000 characters. */
                    email?: string;
                    /** @description Must be a string of at most 1000 characters; or "null" or "!null". */
                    firstName?: string | (null | "null" | "!null");
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number. */
                    id?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | (number | string)[];
                    /** @description Must be true or false, or an array of these. */
                    isActive?: boolean | boolean[];
                    /** @description Must be a string of at most 1000 characters; or "null" or "!null". */
                    lastName?: string | (null | "null" | "!null");
                    /** @description Words, each of which is part of any of requestTypeCode, requestTypeName, verificationCode, username, email, firstName, lastName, in any case. */
                    q?: string;
                    /** @description Must be a string or an array of strings. */
                    requestTypeCode?: string | string[];
                    /** @description Must be a string of at most 1000 characters. */
                    requestTypeName?: string;
                    /** @description Must be a whole number of at most 64 bits, an array of such, or {"from":1000,"to":2000} with either end left out or null; a string of digits counts as a number. */
                    userId?: (number | string) | {
                        from?: (number | string) | null;
                        to?: (number | string) | null;
                    } | (number | string)[];
                    /** @description Must be a string of at most 1000 characters. */
                    username?: string;
                    /** @description Must be a string of at most 1000 characters; or "null" or "!null". */
                    verificationCode?: string | (null | "null" | "!null");
                };
                /** @description The page, from 1. One past the end is empty. */
                page?: number;
                /** @description Rows on a page. */
                perPage?: number;
                /** @description Instead of page and perPage: the first and the last row, counted from 0. */
                range?: number[];
                /** @description Field and direction (ASC or DESC), as one list of pairs or as a list of lists. Nulls come last; id breaks ties and is the default. Fields: id, userId, requestTypeCode, requestTypeName, verificationCode, createdOn, attempts, username, email, firstName, lastName, isActive. */
                sort?: string[] | string[][];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /**
                     * @description The unit of ranges.
                     * @example items
                     */
                    "Accept-Range"?: string;
                    /**
                     * @description Lets browsers read the other headers.
                     * @example Content-Range, X-Total-Count
                     */
                    "Access-Control-Expose-Headers"?: string;
                    /**
                     * @description The rows on this page, counted from 0, and the number of all; * for an empty page.
                     * @example items 0-9/42
                     */
                    "Content-Range"?: string;
                    /**
                     * @description The number of rows on all pages.
                     * @example 42
                     */
                    "X-Total-Count"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerificationRequestPage"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description The request line and the headers are too long. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getVerificationRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerificationRequest"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Verification request not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteVerificationRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     Administrator access required
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Verification request not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    renewCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RenewCodesRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RenewedCodes"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One or more users not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    renewCodesByPost: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RenewCodesRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RenewedCodes"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One or more users not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    resendCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResendCodesRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchDone"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description User not authenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /**
             * @description `SECOND_FACTOR_REQUIRED`: Please set up a second factor first
             *
             *     `CSRF_INVALID`: Invalid CSRF token
             *
             *     Administrator access required
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description One or more users not found. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `REQUEST_TIMEOUT`: The request body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `BODY_TOO_LARGE`: The request body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNSUPPORTED_MEDIA_TYPE`: Send the body as application/json. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description Failed to send verification email */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getEvents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getReference: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getReferenceFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of the file. */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/css": string;
                    "text/javascript": string;
                    "text/plain": string;
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `NOT_FOUND`: No such file. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getEventsReference: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getDocument: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getDocumentAsYAML: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/yaml": Record<string, never>;
                };
            };
            /** @description `RATE_LIMITED`: Too many requests. Please try again later. */
            429: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INTERNAL`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `UNAVAILABLE`: The service is not available right now. Please try again. */
            503: {
                headers: {
                    /** @description Seconds after which trying again is worthwhile. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
}
