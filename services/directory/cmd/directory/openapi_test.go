package main

import (
	"testing"

	"github.com/gin-gonic/gin"

	"muster/libs/openapi"
	"muster/libs/openapi/openapitest"
	"muster/services/directory/internal/adapter/httpapi"
	"muster/services/directory/internal/adapter/postgres"
)

func TestAPIIsDescribed(t *testing.T) {
	openapitest.Check(t, "directory", openapi.API{Title: "Directory", Routes: httpapi.Routes(), Lists: postgres.Declared(), Names: httpapi.SchemaNames},
		func(e *gin.Engine) { httpapi.Mount(e, httpapi.Config{}) })
}
