package httpapi

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/listing"
	"muster/libs/web"
	"muster/services/gateway/internal/docs"
)

// pagePolicy lets the pages load what this server has, and nothing from elsewhere. The viewer sets styles from its
// script.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// errNoFile answers for a file that the pages do not have.
var errNoFile = errs.New(errs.KindNotFound, "NOT_FOUND", "No such file.")

// about is the answer at the root of the API, for programs.
type about struct {
	Name     string `json:"name"`
	Text     string `json:"description"`
	Docs     string `json:"documentation" jsonschema_description:"The path of the reference for people."`
	Document string `json:"openapi" jsonschema_description:"The path of the OpenAPI document."`
}

// reference are the routes that tell about the API.
func (a *api) reference() []web.Route {
	file := listing.Parameter{Name: "file", In: "path", Required: true, Description: "The name of the file.", Schema: listing.Schema{"type": "string"}}
	route := func(path, id, summary string, handler gin.HandlerFunc, answer any, media ...string) web.Route {
		return web.Route{
			Method: http.MethodGet, Path: path, Access: web.Public, Handlers: []gin.HandlerFunc{handler}, ID: id, Summary: summary, Answer: answer, Files: media,
		}
	}
	asset := route("/docs/:file", "getReferenceFile", "A file of the reference", a.asset, nil, "text/javascript", "text/css", "text/plain")
	asset.Params, asset.Errors = []listing.Parameter{file}, []*errs.Error{errNoFile}
	return []web.Route{
		route("/", "getAbout", "What this is", a.about, about{}, "text/html"),
		route("/openapi.json", "getDocument", "This document", a.serve(docs.JSON), map[string]any{}),
		route("/openapi.yaml", "getDocumentAsYAML", "This document, in YAML", a.serve(docs.YAML), nil, "application/yaml"),
		route("/asyncapi.json", "getEvents", "The AsyncAPI document of the Kafka topics", a.serve(docs.AsyncAPI), map[string]any{}),
		route("/docs/events", "getEventsReference", "The Kafka topics, as a page for people", a.serve(docs.Events), nil, "text/html"),
		route("/docs", "getReference", "This document, as a page for people", a.serve(docs.Reference), nil, "text/html"),
		asset,
	}
}

// about answers browsers with a page, and programs with JSON.
func (a *api) about(c *gin.Context) {
	c.Writer.Header().Add("Vary", "Accept")
	if c.NegotiateFormat(gin.MIMEJSON, gin.MIMEHTML) == gin.MIMEHTML {
		a.serve(docs.Home)(c)
		return
	}
	c.JSON(http.StatusOK, about{"Muster", "Signs users in, stores who they are, and what they pay.", "/docs", "/openapi.json"})
}

func (a *api) asset(c *gin.Context) {
	a.serve(func() (docs.File, error) {
		assets, err := docs.Assets()
		if err != nil {
			return docs.File{}, err
		}
		file, ok := assets[c.Param("file")]
		if !ok {
			return docs.File{}, errNoFile
		}
		return file, nil
	})(c)
}

// serve makes a handler that answers with a file. Caches ask each time whether it has changed.
func (a *api) serve(read func() (docs.File, error)) gin.HandlerFunc {
	return func(c *gin.Context) {
		file, err := read()
		if err != nil {
			web.Fail(c, err)
			return
		}
		h := c.Writer.Header()
		h.Set(headerCache, "public, no-cache")
		h.Set("ETag", file.Tag)
		h.Add("Vary", "Accept-Encoding")
		if strings.HasPrefix(file.Type, "text/html") {
			h.Set("Content-Security-Policy", pagePolicy)
			h.Set("Referrer-Policy", "no-referrer")
		}
		if c.GetHeader("If-None-Match") == file.Tag {
			c.Status(http.StatusNotModified)
			return
		}
		text := file.Text
		if strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			text = file.Zipped
		}
		c.Data(http.StatusOK, file.Type, text)
	}
}
