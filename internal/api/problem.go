package api

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/api/rest"
	"muster/internal/fault"
)

// formats are JSON and nothing else. A text with the character U+0000 is not
// taken, since PostgreSQL does not keep it; nor one that is not UTF-8, since
// what is no text in it would be lost.
func formats() map[string]huma.Format {
	f := huma.DefaultJSONFormat
	read := f.Unmarshal
	f.Unmarshal = func(data []byte, v any) error {
		switch {
		case !utf8.Valid(data):
			return fault.New(fault.Invalid, "The body holds bytes that are no text. Send it as UTF-8.")
		case holdsNUL(data):
			return fault.New(fault.Invalid, "A text holds the character U+0000, which cannot be kept. Leave it out.")
		}
		return rest.Unreadable(data, read(data, v))
	}
	return map[string]huma.Format{"application/json": f, "json": f}
}

var escapes = regexp.MustCompile(`\\(u0000|.)`)

func holdsNUL(data []byte) bool {
	if !bytes.Contains(data, []byte(`\u0000`)) {
		return false
	}
	for _, m := range escapes.FindAll(data, -1) {
		if string(m) == `\u0000` {
			return true
		}
	}
	return false
}

// inSentences rewrites what the framework finds wrong with a request, so that
// it says what to do. What Muster itself refuses is in sentences already.
func inSentences(c huma.Context, _ string, v any) (any, error) {
	p, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	switch {
	case p.Status == http.StatusUnsupportedMediaType:
		p.Detail, p.Errors = wrongType(c), nil
	case p.Status == http.StatusRequestEntityTooLarge && strings.HasPrefix(p.Detail, "request body"):
		p.Detail = tooLarge
	case p.Status == http.StatusRequestTimeout:
		p.Detail = "The request did not arrive whole within half a minute. Send it again."
	case p.Detail == "request body is required":
		p.Detail = "The request has no body. Send a JSON object."
	case p.Detail == "validation failed":
		for _, e := range p.Errors {
			e.Message = rest.Sentence(e)
			e.Value = nil // may be large, and whoever asks has it
		}
		p.Detail = p.Errors[0].Message
		if len(p.Errors) > 1 {
			p.Detail = fmt.Sprintf("%d things are wrong with the request; errors says what.", len(p.Errors))
		}
	}
	return p, nil
}

const tooLarge = "The request is larger than 4 MB. Send less at once; a file is uploaded to /api/v1/attachments."

// wrongType says what an endpoint takes instead of what was sent.
func wrongType(c huma.Context) string {
	wants := "JSON, with the header Content-Type: application/json"
	if c.Operation().RequestBody.Content["application/json"] == nil {
		wants = "a form with a file, with the header Content-Type: multipart/form-data"
	}
	if c.Header("Content-Type") == "" {
		return "The request does not say what it holds. Send " + wants + "."
	}
	return fmt.Sprintf("%.100q cannot be read here. Send %s.", c.Header("Content-Type"), wants)
}
