package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"muster/internal/fault"
)

// shelf is a store under test, with what a test may do behind its back.
type shelf struct {
	Store
	damage func(key string) // changes one byte of what is kept
	litter func() int       // counts what unfinished Puts have left
}

// each runs f on a new folder and on a new bucket.
func each(t *testing.T, f func(*testing.T, shelf)) {
	t.Run("folder", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { f(t, newFolder(t)) })
	})
	t.Run("bucket", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			t.Setenv("TMPDIR", t.TempDir())
			server := serve(t)
			f(t, shelf{open(t, server, "/desk/blobs"), server.damage, func() int { return count(t, os.TempDir()) }})
		})
	})
}

func newFolder(t *testing.T) shelf {
	path := t.TempDir()
	s, err := Open(t.Context(), "dir:"+path)
	if err != nil {
		t.Fatal(err)
	}
	return shelf{s, func(key string) { spoil(t, filepath.Join(path, key[:2], key)) }, func() int { return count(t, filepath.Join(path, "new")) }}
}

// spoil changes the last byte of a file.
func spoil(t *testing.T, path string) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-1] ^= 1
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, folder string) int {
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// sample is size bytes that differ from those of any other seed.
func sample(size int, seed byte) []byte {
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(i*7) + seed
	}
	return data
}

func put(t *testing.T, s Store, data []byte) Ref {
	t.Helper()
	ref, err := PutBytes(t.Context(), s, data)
	if err != nil {
		t.Fatalf("Put of %d bytes: %v", len(data), err)
	}
	return ref
}

func keys(t *testing.T, s Store) []string {
	t.Helper()
	found := []string{}
	if err := s.Walk(t.Context(), func(i Info) error { found = append(found, i.Key); return nil }); err != nil {
		t.Fatalf("Walk: %v", err)
	}
	return found
}

func TestReadsBackWhatWasPut(t *testing.T) {
	sizes := map[string]int{
		"nothing":              0,
		"one byte":             1,
		"a mail":               4096,
		"all that memory may":  memory,
		"one byte over memory": memory + 1,
		"an attachment":        3 << 20,
	}
	each(t, func(t *testing.T, s shelf) {
		for name, size := range sizes {
			data := sample(size, 1)
			sum := sha256.Sum256(data)
			want := Ref{Key: hex.EncodeToString(sum[:]), Size: int64(size)}
			if got := put(t, s, data); got != want {
				t.Errorf("%s: Put: got %v, want %v", name, got, want)
			}
			if got, err := ReadAll(t.Context(), s, want.Key, 4<<20); err != nil || !bytes.Equal(got, data) {
				t.Errorf("%s: ReadAll: got %d bytes, %v; want the %d that were put", name, len(got), err, size)
			}
			if got, err := s.Stat(t.Context(), want.Key); err != nil || got.Ref != want {
				t.Errorf("%s: Stat: got %v, %v; want %v", name, got.Ref, err, want)
			}
		}
		if n := s.litter(); n != 0 {
			t.Errorf("got %d unfinished files after the last Put, want none", n)
		}
	})
}

func TestSameContentIsKeptOnceAndRenewed(t *testing.T) {
	each(t, func(t *testing.T, s shelf) {
		for _, size := range []int{10, memory + 10} {
			ref := put(t, s, sample(size, 2))
			first, err := s.Stat(t.Context(), ref.Key)
			if err != nil || !first.At.Equal(time.Now().Truncate(time.Second)) {
				t.Errorf("%d bytes: got put at %v, %v; want now, %v", size, first.At, err, time.Now())
			}
			time.Sleep(time.Hour)
			put(t, s, sample(size, 2))
			second, err := s.Stat(t.Context(), ref.Key)
			if got := second.At.Sub(first.At); err != nil || got != time.Hour {
				t.Errorf("%d bytes: a Put an hour later: got %v later, %v; want 1h", size, got, err)
			}
		}
		if got, n := len(keys(t, s)), s.litter(); got != 2 || n != 0 {
			t.Errorf("got %d blobs and %d unfinished files after two contents were put twice, want 2 and none", got, n)
		}
	})
}

func TestManyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s shelf) {
		var all sync.WaitGroup
		for i := range 64 {
			all.Go(func() {
				data := sample(5000, byte(i%4))
				ref, err := PutBytes(t.Context(), s, data)
				if err != nil {
					t.Errorf("Put: %v", err)
					return
				}
				if got, err := ReadAll(t.Context(), s, ref.Key, 5000); err != nil || !bytes.Equal(got, data) {
					t.Errorf("ReadAll right after Put: got %d bytes, %v; want the 5000 that were put", len(got), err)
				}
			})
		}
		all.Wait()
		if got := len(keys(t, s)); got != 4 {
			t.Errorf("got %d blobs of 4 contents, want 4", got)
		}
	})
}

func TestDeletedIsNotFound(t *testing.T) {
	each(t, func(t *testing.T, s shelf) {
		ref := put(t, s, []byte("short lived"))
		for range 2 { // the second time there is nothing to delete, which is no fault
			if err := s.Delete(t.Context(), ref.Key); err != nil {
				t.Errorf("Delete: got %v, want nil", err)
			}
		}
		if _, err := s.Open(t.Context(), ref.Key); !fault.Is(err, fault.NotFound) {
			t.Errorf("Open: got %v, want NotFound", err)
		}
		if _, err := s.Stat(t.Context(), ref.Key); !fault.Is(err, fault.NotFound) {
			t.Errorf("Stat: got %v, want NotFound", err)
		}
		if got := keys(t, s); len(got) != 0 {
			t.Errorf("Walk: got %v, want nothing", got)
		}
	})
}

func TestOnlyKeysAreTaken(t *testing.T) {
	key := strings.Repeat("0123456789abcdef", 4)
	wrong := map[string]string{
		"nothing":    "",
		"too short":  key[1:],
		"too long":   key + "0",
		"upper case": strings.ToUpper(key),
		// Names that exist nowhere: should the check ever be missing, Delete must find nothing to delete.
		"way out":            strings.Repeat("../", 19) + "nowhere/nothing",
		"way out, 64 long":   (strings.Repeat("../", 18) + "nowhere/nothing")[:64],
		"folder in a folder": key[:32] + "/" + key[33:],
		"zero byte":          key[:63] + "\x00",
		"not hexadecimal":    key[:63] + "g",
		"what is unfinished": "new",
	}
	each(t, func(t *testing.T, s shelf) {
		for name, key := range wrong {
			_, open := s.Open(t.Context(), key)
			_, stat := s.Stat(t.Context(), key)
			for verb, err := range map[string]error{"Open": open, "Stat": stat, "Delete": s.Delete(t.Context(), key)} {
				if !fault.Is(err, fault.Invalid) {
					t.Errorf("%s of %s: got %v, want Invalid", verb, name, err)
				}
			}
		}
	})
}

func TestWalkIsInOrderAndEndsWhenTold(t *testing.T) {
	each(t, func(t *testing.T, s shelf) {
		want := []string{}
		for i := range 10 {
			want = append(want, put(t, s, sample(100, byte(i))).Key)
		}
		slices.Sort(want)
		if got := keys(t, s); !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		enough, calls := errors.New("enough"), 0
		err := s.Walk(t.Context(), func(Info) error { calls++; return enough })
		if err != enough || calls != 1 {
			t.Errorf("got %v after %d calls, want the callback's own error after 1", err, calls)
		}
	})
}

func TestDamageIsReportedAndMended(t *testing.T) {
	each(t, func(t *testing.T, s shelf) {
		for _, size := range []int{100, memory + 100} {
			data := sample(size, 3)
			ref := put(t, s, data)
			s.damage(ref.Key)
			_, err := ReadAll(t.Context(), s, ref.Key, int64(size))
			if _, ok := errors.AsType[*fault.Error](err); !ok || !strings.Contains(err.Error(), "damaged") {
				t.Errorf("ReadAll of a damaged blob of %d bytes: got %v, want a fault that says so", size, err)
			}
			put(t, s, data)
			if got, err := ReadAll(t.Context(), s, ref.Key, int64(size)); err != nil || !bytes.Equal(got, data) {
				t.Errorf("ReadAll after Put of a damaged blob of %d bytes: got %d bytes, %v; want it whole", size, len(got), err)
			}
		}
	})
}

func TestReadAllHasALimit(t *testing.T) {
	each(t, func(t *testing.T, s shelf) {
		ref := put(t, s, sample(100, 4))
		for limit, want := range map[int64]fault.Kind{99: fault.TooLarge, 0: fault.TooLarge} {
			if got, err := ReadAll(t.Context(), s, ref.Key, limit); !fault.Is(err, want) {
				t.Errorf("limit %d: got %d bytes, %v; want %s", limit, len(got), err, want)
			}
		}
		if got, err := ReadAll(t.Context(), s, ref.Key, 100); err != nil || len(got) != 100 {
			t.Errorf("limit 100: got %d bytes, %v; want all 100", len(got), err)
		}
	})
}

func TestWhatIsCutShortLeavesNothing(t *testing.T) {
	hungUp := errors.New("the sender hung up")
	each(t, func(t *testing.T, s shelf) {
		for _, size := range []int{10, memory + 10} {
			_, err := s.Put(t.Context(), io.MultiReader(bytes.NewReader(sample(size, 5)), iotest.ErrReader(hungUp)))
			if !errors.Is(err, hungUp) {
				t.Errorf("%d bytes and then no more: got %v, want %v", size, err, hungUp)
			}
			ctx, cancel := context.WithCancel(t.Context())
			giveUp := readerFunc(func([]byte) (int, error) { cancel(); return 0, io.EOF })
			_, err = s.Put(ctx, io.MultiReader(bytes.NewReader(sample(size, 6)), giveUp, strings.NewReader("the rest")))
			if !errors.Is(err, context.Canceled) {
				t.Errorf("given up after %d bytes: got %v, want %v", size, err, context.Canceled)
			}
		}
		if got, n := keys(t, s), s.litter(); len(got) != 0 || n != 0 {
			t.Errorf("got %d blobs and %d unfinished files, want none", len(got), n)
		}
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestAddressIsRefusedWithoutShowingTheSecret(t *testing.T) {
	tests := map[string]string{
		"no address":         "",
		"no folder":          "dir:",
		"another kind":       "ftp://key:hush@localhost/desk",
		"no host":            "s3://key:hush@/desk",
		"no bucket":          "s3://key:hush@localhost/",
		"no secret":          "s3://hush@localhost/desk",
		"no key":             "s3://localhost/desk",
		"slash in a secret":  "s3://key:hu/hush@localhost/desk",
		"a misspelt option":  "s3://key:hush@localhost/desk?insecured=1",
		"neither yes nor no": "s3://key:hush@localhost/desk?insecure=perhaps",
		"no bucket's name":   "s3://key:hush@localhost/D",
	}
	for name, spec := range tests {
		_, err := Open(t.Context(), spec)
		if !fault.Is(err, fault.Invalid) || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: got %v, want an Invalid fault without the secret", name, err)
		}
	}
}
