package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"regexp"
)

var linked = regexp.MustCompile(`(?:href|src)="(/[^"]+\.(?:css|js|svg|woff2|json)(?:\?[^"]*)?)"`)

// firstPage is how many bytes travel for the first page and all that it links to, in kB.
func (d *served) firstPage() (float64, error) {
	page, size, err := d.compressed("/queues/mine")
	if err != nil {
		return 0, err
	}
	seen := map[string]bool{}
	for _, m := range linked.FindAllSubmatch(page, -1) {
		path := string(m[1])
		if seen[path] {
			continue
		}
		seen[path] = true
		_, n, err := d.compressed(path)
		if err != nil {
			return 0, err
		}
		size += n
	}
	if len(seen) == 0 {
		return 0, fmt.Errorf("the first page links to nothing")
	}
	return float64(size) / 1000, nil
}

// compressed reads something as a browser does, and tells how many bytes travelled.
func (d *served) compressed(path string) ([]byte, int, error) {
	r, err := http.NewRequest(http.MethodGet, d.url+path, nil)
	if err != nil {
		return nil, 0, err
	}
	r.Header.Set("Accept-Encoding", "gzip") // set here, so that it is not undone on the way
	answer, err := d.client.Do(r)
	if err != nil {
		return nil, 0, err
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		return nil, 0, fmt.Errorf("%s: %s: %w", path, answer.Status, err)
	}
	if answer.Header.Get("Content-Encoding") != "gzip" {
		return raw, len(raw), nil
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, 0, err
	}
	page, err := io.ReadAll(z)
	return page, len(raw), err
}
