package ui

import (
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// dist is what scripts/assets builds; a clone that has not run it has only an empty folder.
//
//go:embed all:dist
var dist embed.FS

//go:embed assets/icons.svg
var icons string

// sprite is the icons without their comments, as they stand at the end of every page.
var sprite = template.HTML(strings.ReplaceAll(icons[:strings.Index(icons, "<!--")]+icons[strings.Index(icons, "-->")+len("-->\n"):], "\n", ""))

// manifest is the hashed name of each entry of the bundle: empty if it is not built.
var manifest = sync.OnceValue(func() map[string]string {
	b, err := dist.ReadFile("dist/manifest.json")
	if err != nil {
		return nil
	}
	var names map[string]string
	if err := json.Unmarshal(b, &names); err != nil {
		panic(fmt.Errorf("dist/manifest.json: %w", err))
	}
	return names
})

func assetURL(name string) string {
	if hashed, ok := manifest()[name]; ok {
		return "/assets/" + hashed
	}
	return ""
}

// Assets serves /assets/: the bundle, each file for ever, since its name is its content.
func Assets() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := path.Base(r.URL.Path)
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		if hue, ok := strings.CutPrefix(name, "brand-"); ok {
			serveBrand(w, r, strings.TrimSuffix(hue, ".css"))
			return
		}
		serveFile(w, r, name)
	})
}

// serveBrand writes the one number that a brand changes.
func serveBrand(w http.ResponseWriter, r *http.Request, hue string) {
	n, err := strconv.Atoi(hue)
	if err != nil || n < 0 || n >= 360 {
		missing(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	fmt.Fprintf(w, "@layer tokens { :root { --accent-h: %d } }\n", n)
}

func serveFile(w http.ResponseWriter, r *http.Request, name string) {
	body, err := dist.ReadFile("dist/" + name)
	if err != nil || strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".gz") {
		missing(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	h.Add("Vary", "Accept-Encoding")
	if packed, err := fs.ReadFile(dist, "dist/"+name+".gz"); err == nil && accepts(r, "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = packed
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body)
}

func missing(w http.ResponseWriter, r *http.Request) {
	w.Header().Del("Cache-Control")
	http.NotFound(w, r)
}
