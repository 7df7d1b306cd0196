package stripefake

import "net/http"

// apiRoutes are the supported routes of Stripe's API.
var apiRoutes = map[string]handler{
	"POST /v1/customers":                        createCustomer,
	"GET /v1/customers":                         listCustomers,
	"GET /v1/customers/{id}":                    getCustomer,
	"POST /v1/customers/{id}":                   updateCustomer,
	"DELETE /v1/customers/{id}":                 deleteCustomer,
	"GET /v1/customers/{id}/payment_methods":    listCustomerPaymentMethods,
	"POST /v1/payment_methods":                  createPaymentMethod,
	"GET /v1/payment_methods":                   listPaymentMethods,
	"GET /v1/payment_methods/{id}":              getPaymentMethod,
	"POST /v1/payment_methods/{id}/attach":      attachPaymentMethod,
	"POST /v1/payment_methods/{id}/detach":      detachPaymentMethod,
	"POST /v1/products":                         createProduct,
	"GET /v1/products":                          listProducts,
	"GET /v1/products/{id}":                     getProduct,
	"POST /v1/products/{id}":                    updateProduct,
	"DELETE /v1/products/{id}":                  deleteProduct,
	"POST /v1/prices":                           createPrice,
	"GET /v1/prices":                            listPrices,
	"GET /v1/prices/{id}":                       getPrice,
	"POST /v1/prices/{id}":                      updatePrice,
	"POST /v1/coupons":                          createCoupon,
	"GET /v1/coupons":                           listCoupons,
	"GET /v1/coupons/{id}":                      getCoupon,
	"POST /v1/coupons/{id}":                     updateCoupon,
	"DELETE /v1/coupons/{id}":                   deleteCoupon,
	"POST /v1/promotion_codes":                  createPromotionCode,
	"GET /v1/promotion_codes":                   listPromotionCodes,
	"GET /v1/promotion_codes/{id}":              getPromotionCode,
	"POST /v1/promotion_codes/{id}":             updatePromotionCode,
	"POST /v1/checkout/sessions":                createSession,
	"GET /v1/checkout/sessions":                 listSessions,
	"GET /v1/checkout/sessions/{id}":            getSession,
	"POST /v1/checkout/sessions/{id}/expire":    expireSession,
	"GET /v1/checkout/sessions/{id}/line_items": listSessionLines,
	"POST /v1/subscriptions":                    createSubscription,
	"GET /v1/subscriptions":                     listSubscriptions,
	"GET /v1/subscriptions/{id}":                getSubscription,
	"POST /v1/subscriptions/{id}":               updateSubscription,
	"DELETE /v1/subscriptions/{id}":             cancelSubscription,
	"POST /v1/subscriptions/{id}/resume":        resumeSubscription,
	"DELETE /v1/subscriptions/{id}/discount":    deleteSubscriptionDiscount,
	"GET /v1/invoices":                          listInvoices,
	"GET /v1/invoices/upcoming":                 upcomingInvoice,
	"GET /v1/invoices/{id}":                     getInvoice,
	"GET /v1/invoices/{id}/lines":               listInvoiceLines,
	"POST /v1/invoices/{id}/finalize":           finalizeInvoice,
	"POST /v1/invoices/{id}/pay":                payInvoice,
	"POST /v1/invoices/{id}/void":               voidInvoice,
	"GET /v1/payment_intents":                   listPaymentIntents,
	"GET /v1/payment_intents/{id}":              getPaymentIntent,
	"GET /v1/charges":                           listCharges,
	"GET /v1/charges/{id}":                      getCharge,
	"POST /v1/refunds":                          createRefund,
	"GET /v1/refunds":                           listRefunds,
	"GET /v1/refunds/{id}":                      getRefund,
	"GET /v1/disputes":                          listDisputes,
	"GET /v1/disputes/{id}":                     getDispute,
	"GET /v1/events":                            listEvents,
	"GET /v1/events/{id}":                       getEvent,
	"POST /v1/billing_portal/sessions":          createPortalSession,
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, h := range apiRoutes {
		mux.Handle(pattern, s.api(h))
	}
	mux.Handle("/v1/", s.api(func(*tx, *request) (any, error) { return nil, errNoRoute }))
	s.pages(mux)
	s.control(mux)
	return mux
}

// errNoRoute answers requests for routes that Stripe, or the fake, does not have.
var errNoRoute = &apiError{
	Status: http.StatusNotFound, Type: typeInvalidRequest,
	Message: "Unrecognized request URL. Please see https://stripe.com/docs; this server knows a part of it only.",
}
