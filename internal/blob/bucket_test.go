package blob

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"muster/internal/fault"
)

func TestTroubleThatPassesIsBorne(t *testing.T) {
	tests := map[string]func(*s3){
		"the server is busy, twice":            func(s *s3) { s.refuse = []int{503, 500} },
		"the line is cut in the middle, twice": func(s *s3) { s.cut = 2 },
		"busy, then cut":                       func(s *s3) { s.refuse, s.cut = []int{503}, 1 },
	}
	for name, trouble := range tests {
		for _, size := range []int{4096, memory + 1, 3 << 20} {
			synctest.Test(t, func(t *testing.T) {
				server := serve(t)
				store := open(t, server, "/desk")
				trouble(server)
				data := sample(size, 1)
				ref := put(t, store, data)
				if got, err := ReadAll(t.Context(), store, ref.Key, int64(size)); err != nil || !bytes.Equal(got, data) {
					t.Errorf("%s, %d bytes: got %d bytes, %v; want all that was put", name, size, len(got), err)
				}
				if len(server.refuse) != 0 || server.cut != 0 {
					t.Errorf("%s: got %v and %d left, want the server to have made all its trouble", name, server.refuse, server.cut)
				}
			})
		}
	}
}

func TestTroubleThatStaysIsReported(t *testing.T) {
	tests := map[string]struct {
		trouble func(*s3)
		want    string
	}{
		"the server stays busy":      {func(s *s3) { s.refuse = []int{503, 503, 503, 503, 503, 503} }, "SlowDown"},
		"the line is cut each time":  {func(s *s3) { s.cut = 9 }, "closed by foreign host"},
		"the key is no longer valid": {func(s *s3) { s.user = "another" }, "Access Denied"},
		"the bucket is gone":         {func(s *s3) { s.bucket = "another" }, "bucket does not exist"},
	}
	for name, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			server := serve(t)
			store := open(t, server, "/desk")
			test.trouble(server)
			_, err := PutBytes(t.Context(), store, []byte("raw mail"))
			for _, want := range []string{test.want, "bucket desk at s3.test"} {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%s: got %v, want an error that names %q", name, err, want)
				}
			}
			if err != nil && strings.Contains(err.Error(), "hush") {
				t.Errorf("%s: got %v, want it without the secret", name, err)
			}
			if got := len(server.objects); got != 0 {
				t.Errorf("%s: got %d objects, want none", name, got)
			}
		})
	}
}

// A store that answers NotFound for a blob when it is the bucket that is gone would have us believe that it was deleted.
func TestLostBucketIsNotALostBlob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := serve(t)
		store := open(t, server, "/desk")
		ref := put(t, store, []byte("raw mail"))
		server.bucket = "another"
		if _, err := store.Open(t.Context(), ref.Key); err == nil || fault.Is(err, fault.NotFound) {
			t.Errorf("Open: got %v, want an error other than NotFound", err)
		}
	})
}

func TestDownloadThatIsCutShortIsNotTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := serve(t)
		store := open(t, server, "/desk")
		ref := put(t, store, sample(100_000, 1))
		server.cutDownload = true
		r, err := store.Open(t.Context(), ref.Key)
		if err != nil {
			t.Fatalf("Open: %v", err)
		}
		defer r.Close()
		if n, err := io.Copy(io.Discard, r); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("got %d bytes, %v; want %v", n, err, io.ErrUnexpectedEOF)
		}
	})
}

func TestPrefixKeepsStoresOfOneBucketApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := serve(t)
		one, two := open(t, server, "/desk/one"), open(t, server, "/desk/two")
		ref := put(t, one, []byte("only in one"))
		if _, err := two.Open(t.Context(), ref.Key); !fault.Is(err, fault.NotFound) {
			t.Errorf("Open in two: got %v, want NotFound", err)
		}
		if got := keys(t, two); len(got) != 0 {
			t.Errorf("Walk of two: got %v, want nothing", got)
		}
		if got := keys(t, one); len(got) != 1 || got[0] != ref.Key {
			t.Errorf("Walk of one: got %v, want %v", got, ref.Key)
		}
	})
}

func TestOpenAsksForTheBucket(t *testing.T) {
	tests := map[string]struct{ spec, want string }{
		"no such bucket": {"s3://key:hush@s3.test/elsewhere?insecure=1", "has no bucket elsewhere"},
		"a wrong key":    {"s3://other:hush@s3.test/desk?insecure=1&region=here", "Access Denied"},
	}
	for name, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			_, err := openBucket(t.Context(), test.spec, serve(t).transport)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "hush") {
				t.Errorf("%s: got %v, want %q without the secret", name, err, test.want)
			}
		})
	}
}

func open(t *testing.T, server *s3, path string) Store {
	t.Helper()
	s, err := openBucket(t.Context(), "s3://key:hush@s3.test"+path+"?insecure=1", server.transport)
	if err != nil {
		t.Fatalf("open bucket: %v", err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}
