package blob

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// s3 is the part of S3 that a blob store uses, with faults to order. It speaks
// over pipes, so that the pauses between a client's attempts take no time.
type s3 struct {
	transport *http.Transport

	mu          sync.Mutex
	user        string // whose signature is taken
	bucket      string
	objects     map[string]object // by name
	refuse      []int             // the statuses of the next answers about objects
	cut         int               // how many uploads to cut in the middle
	cutDownload bool
}

type object struct {
	data []byte
	at   time.Time
}

func serve(t *testing.T) *s3 {
	line := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
	s := &s3{
		transport: &http.Transport{DialContext: line.dial, DisableCompression: true},
		user:      "key", bucket: "desk", objects: map[string]object{},
	}
	server := &httptest.Server{Listener: line, Config: &http.Server{Handler: s}}
	server.Start()
	t.Cleanup(func() { s.transport.CloseIdleConnections(); server.Close() })
	return s
}

func (s *s3) damage(key string) {
	for name, o := range s.objects {
		if strings.HasSuffix(name, key) {
			o.data[len(o.data)-1] ^= 1
		}
	}
}

var signature = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=(\w+)/\d{8}/([\w-]+)/s3/aws4_request, ` +
	`SignedHeaders=[\w;-]*\bhost;[\w;-]*\bx-amz-content-sha256;[\w;-]*, Signature=[0-9a-f]{64}$`)

func (s *s3) ServeHTTP(w http.ResponseWriter, r *http.Request) {

	body, err := s.read(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	signed := signature.FindStringSubmatch(r.Header.Get("Authorization"))
	bucket, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	sum := sha256.Sum256(body)
	switch {
	case err != nil:
		panic(http.ErrAbortHandler) // hangs up
	// Only who asks for a bucket's region may sign for the wrong one.
	case signed == nil || signed[1] != s.user || signed[2] != "here" && !r.URL.Query().Has("location"):
		refuse(w, http.StatusForbidden, "AccessDenied")
	case bucket != s.bucket:
		refuse(w, http.StatusNotFound, "NoSuchBucket")
	case r.Header.Get("X-Amz-Content-Sha256") != hex.EncodeToString(sum[:]):
		refuse(w, http.StatusBadRequest, "XAmzContentSHA256Mismatch")
	case name == "":
		s.serveBucket(w, r)
	case len(s.refuse) > 0:
		refuse(w, s.refuse[0], "SlowDown")
		s.refuse = s.refuse[1:]
	default:
		s.serveObject(w, r, name, body)
	}
}

// read reads a request's body, or half of it when the line is to be cut.
func (s *s3) read(r *http.Request) ([]byte, error) {
	s.mu.Lock()
	cut := r.Method == http.MethodPut && len(s.refuse) == 0 && s.cut > 0
	if cut {
		s.cut--
	}
	s.mu.Unlock()
	if cut {
		_, err := io.CopyN(io.Discard, r.Body, r.ContentLength/2)
		return nil, cmp.Or(err, io.ErrUnexpectedEOF)
	}
	return io.ReadAll(r.Body)
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, "<Error><Code>%s</Code></Error>", code)
}

func (s *s3) serveObject(w http.ResponseWriter, r *http.Request, name string, body []byte) {
	o, there := s.objects[name]
	switch {
	case r.Method == http.MethodPut:
		s.objects[name] = object{body, time.Now()}
		w.Header().Set("ETag", `"unused"`)
	case r.Method == http.MethodDelete:
		delete(s.objects, name)
		w.WriteHeader(http.StatusNoContent)
	case !there:
		refuse(w, http.StatusNotFound, "NoSuchKey")
	default:
		w.Header().Set("Last-Modified", o.at.UTC().Format(http.TimeFormat))
		w.Header().Set("Content-Length", fmt.Sprint(len(o.data)))
		if s.cutDownload {
			w.Write(o.data[:len(o.data)/2])
			panic(http.ErrAbortHandler)
		}
		w.Write(o.data)
	}
}

// list is a page of names. Pages are short, so that a test needs few objects to fill more than one.
type list struct {
	XMLName               xml.Name `xml:"ListBucketResult"`
	IsTruncated           bool
	NextContinuationToken string
	Contents              []entry
}

type entry struct {
	Key          string
	LastModified time.Time
	Size         int
}

func (s *s3) serveBucket(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Has("location") {
		fmt.Fprint(w, "<LocationConstraint>here</LocationConstraint>")
		return
	}
	if r.Method == http.MethodHead {
		return
	}
	var page list
	for _, name := range slices.Sorted(maps.Keys(s.objects)) {
		if !strings.HasPrefix(name, q.Get("prefix")) || name <= q.Get("continuation-token") {
			continue
		}
		if len(page.Contents) == 3 {
			page.IsTruncated, page.NextContinuationToken = true, page.Contents[2].Key
			break
		}
		page.Contents = append(page.Contents, entry{name, s.objects[name].at.UTC(), len(s.objects[name].data)})
	}
	xml.NewEncoder(w).Encode(page)
}

// pipes is a network of one server.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-p.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
