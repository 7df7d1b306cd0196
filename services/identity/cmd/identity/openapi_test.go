package main

import (
	"testing"

	"github.com/gin-gonic/gin"

	"muster/libs/openapi"
	"muster/libs/openapi/openapitest"
	"muster/services/identity/internal/adapter/httpapi"
	"muster/services/identity/internal/adapter/postgres"
)

func TestAPIIsDescribed(t *testing.T) {
	openapitest.Check(t, "identity", openapi.API{Title: "Identity", Routes: httpapi.Routes(), Lists: postgres.Lists(), Names: httpapi.SchemaNames},
		func(e *gin.Engine) { httpapi.Mount(e, httpapi.Config{}) })
}
