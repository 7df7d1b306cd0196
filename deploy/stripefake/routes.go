package stripefake

import (
	"maps"
	"net/http"
	"slices"

	"muster/deploy/stripefake/internal/spec"
)

// apiRoutes are the supported routes of Stripe's API.
var apiRoutes = map[string]handler{
	"POST /v1/customers":                             createCustomer,
	"GET /v1/customers":                              listCustomers,
	"GET /v1/customers/{id}":                         getCustomer,
	"POST /v1/customers/{id}":                        updateCustomer,
	"DELETE /v1/customers/{id}":                      deleteCustomer,
	"GET /v1/customers/{id}/payment_methods":         listCustomerPaymentMethods,
	"GET /v1/customers/{id}/subscriptions":           listCustomerSubscriptions,
	"POST /v1/payment_methods":                       createPaymentMethod,
	"GET /v1/payment_methods":                        listPaymentMethods,
	"GET /v1/payment_methods/{id}":                   getPaymentMethod,
	"POST /v1/payment_methods/{id}/attach":           attachPaymentMethod,
	"POST /v1/payment_methods/{id}/detach":           detachPaymentMethod,
	"POST /v1/products":                              createProduct,
	"GET /v1/products":                               listProducts,
	"GET /v1/products/{id}":                          getProduct,
	"POST /v1/products/{id}":                         updateProduct,
	"DELETE /v1/products/{id}":                       deleteProduct,
	"POST /v1/prices":                                createPrice,
	"GET /v1/prices":                                 listPrices,
	"GET /v1/prices/{id}":                            getPrice,
	"POST /v1/prices/{id}":                           updatePrice,
	"POST /v1/coupons":                               createCoupon,
	"GET /v1/coupons":                                listCoupons,
	"GET /v1/coupons/{id}":                           getCoupon,
	"POST /v1/coupons/{id}":                          updateCoupon,
	"DELETE /v1/coupons/{id}":                        deleteCoupon,
	"POST /v1/promotion_codes":                       createPromotionCode,
	"GET /v1/promotion_codes":                        listPromotionCodes,
	"GET /v1/promotion_codes/{id}":                   getPromotionCode,
	"POST /v1/promotion_codes/{id}":                  updatePromotionCode,
	"POST /v1/checkout/sessions":                     createSession,
	"GET /v1/checkout/sessions":                      listSessions,
	"GET /v1/checkout/sessions/{id}":                 getSession,
	"POST /v1/checkout/sessions/{id}/expire":         expireSession,
	"GET /v1/checkout/sessions/{id}/line_items":      listSessionLines,
	"POST /v1/subscriptions":                         createSubscription,
	"GET /v1/subscriptions":                          listSubscriptions,
	"GET /v1/subscriptions/{id}":                     getSubscription,
	"POST /v1/subscriptions/{id}":                    updateSubscription,
	"DELETE /v1/subscriptions/{id}":                  cancelSubscription,
	"POST /v1/subscriptions/{id}/resume":             resumeSubscription,
	"DELETE /v1/subscriptions/{id}/discount":         deleteSubscriptionDiscount,
	"GET /v1/subscription_items":                     listItems,
	"POST /v1/tax_rates":                             createTaxRate,
	"GET /v1/tax_rates":                              listTaxRates,
	"GET /v1/tax_rates/{id}":                         getTaxRate,
	"POST /v1/tax_rates/{id}":                        updateTaxRate,
	"POST /v1/invoiceitems":                          createInvoiceItem,
	"GET /v1/invoiceitems":                           listInvoiceItems,
	"GET /v1/invoiceitems/{id}":                      getInvoiceItem,
	"DELETE /v1/invoiceitems/{id}":                   deleteInvoiceItem,
	"POST /v1/invoices":                              createInvoice,
	"POST /v1/invoices/{id}":                         updateInvoice,
	"DELETE /v1/invoices/{id}":                       deleteInvoice,
	"POST /v1/invoices/{id}/mark_uncollectible":      markUncollectible,
	"POST /v1/invoices/{id}/send":                    sendInvoiceNow,
	"GET /v1/invoices":                               listInvoices,
	"GET /v1/invoices/upcoming":                      upcomingInvoice,
	"GET /v1/invoices/{id}":                          getInvoice,
	"GET /v1/invoices/{id}/lines":                    listInvoiceLines,
	"POST /v1/invoices/{id}/finalize":                finalizeInvoice,
	"POST /v1/invoices/{id}/pay":                     payInvoice,
	"POST /v1/invoices/{id}/void":                    voidInvoice,
	"GET /v1/payment_intents":                        listPaymentIntents,
	"GET /v1/payment_intents/{id}":                   getPaymentIntent,
	"GET /v1/charges":                                listCharges,
	"GET /v1/charges/{id}":                           getCharge,
	"POST /v1/refunds":                               createRefund,
	"GET /v1/refunds":                                listRefunds,
	"GET /v1/refunds/{id}":                           getRefund,
	"GET /v1/charges/{id}/refunds":                   listChargeRefunds,
	"POST /v1/disputes/{id}":                         updateDispute,
	"POST /v1/disputes/{id}/close":                   acceptDispute,
	"GET /v1/disputes":                               listDisputes,
	"GET /v1/disputes/{id}":                          getDispute,
	"GET /v1/events":                                 listEvents,
	"GET /v1/events/{id}":                            getEvent,
	"POST /v1/billing_portal/sessions":               createPortalSession,
	"POST /v1/test_helpers/test_clocks":              createTestClock,
	"GET /v1/test_helpers/test_clocks":               listTestClocks,
	"GET /v1/test_helpers/test_clocks/{id}":          getTestClock,
	"POST /v1/test_helpers/test_clocks/{id}/advance": advanceTestClock,
	"DELETE /v1/test_helpers/test_clocks/{id}":       deleteTestClock,
}

// lookAlikes are routes of Stripe that the fake does not have, but whose paths look like those of an object.
var lookAlikes = []string{
	"customers/search", "subscriptions/search", "invoices/search", "invoices/upcoming/lines", "charges/search",
	"payment_intents/search", "prices/search", "products/search",
}

// Routes returns the supported routes of Stripe's API, as "POST /v1/customers/{id}".
func Routes() []string { return slices.Sorted(maps.Keys(apiRoutes)) }

// Kinds returns the kinds of Stripe's objects that the fake has.
func Kinds() []string { return slices.Sorted(maps.Keys(shapes)) }

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, h := range apiRoutes {
		mux.Handle(pattern, s.api(spec.Find(pattern), h))
	}
	missing := s.api(nil, func(*tx, *request) (any, error) { return nil, errNoRoute })
	mux.Handle("/v1/", missing)
	for _, look := range lookAlikes {
		mux.Handle("GET /v1/"+look, missing)
	}
	s.pages(mux)
	s.control(mux)
	return mux
}

// errNoRoute answers requests for routes that Stripe, or the fake, does not have.
var errNoRoute = &apiError{
	Status: http.StatusNotFound, Type: typeInvalidRequest,
	Message: "Unrecognized request URL. Please see https://stripe.com/docs; this server knows a part of it only.",
}
