package blob

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"muster/internal/fault"
)

// A copy of the test program is the process that gets killed: the variable tells it where to write.
const writerFolder = "MUSTER_TEST_BLOB_WRITER"

func TestMain(m *testing.M) {
	if path := os.Getenv(writerFolder); path != "" {
		writeForEver(path)
	}
	os.Exit(m.Run())
}

// writeForEver puts blobs, four at a time, and says the key of each when Put has returned.
func writeForEver(path string) {
	s, err := Open(context.Background(), "dir:"+path)
	if err != nil {
		panic(err)
	}
	for range 4 {
		go func() {
			for {
				size := 1 + time.Now().Nanosecond()%(memory+memory/4)
				ref, err := PutBytes(context.Background(), s, sample(size, byte(size)))
				if err != nil {
					panic(err)
				}
				fmt.Println(ref.Key)
			}
		}()
	}
	select {}
}

func TestKilledAtAnyMomentKeepsWhatWasAccepted(t *testing.T) {
	path := t.TempDir()
	var accepted []string
	for round := range 10 {
		accepted = append(accepted, killAfter(t, path, 1+round*4)...)
		s := openAt(t, path)
		for _, key := range accepted {
			if _, err := ReadAll(t.Context(), s, key, 2*memory); err != nil {
				t.Errorf("round %d: accepted blob: got %v, want it whole", round, err)
			}
		}
		for _, key := range keys(t, s) {
			if _, err := ReadAll(t.Context(), s, key, 2*memory); err != nil {
				t.Errorf("round %d: blob that nobody was told of: got %v, want it whole or not there", round, err)
			}
		}
	}
	t.Logf("%d accepted in 10 lives, %d there, %d unfinished", len(accepted), len(keys(t, openAt(t, path))), count(t, filepath.Join(path, "new")))
}

// killAfter lets a process write until it has told of n blobs, kills it, and returns all it told of.
func killAfter(t *testing.T, path string, n int) []string {
	t.Helper()
	writer := exec.CommandContext(t.Context(), os.Args[0])
	writer.Env = append(os.Environ(), writerFolder+"="+path)
	out, err := writer.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Start(); err != nil {
		t.Fatal(err)
	}
	var told []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		told = append(told, lines.Text())
		if len(told) == n {
			writer.Process.Kill()
		}
	}
	writer.Wait() // reports the kill
	if len(told) < n {
		t.Fatalf("got %d blobs from the writer before it ended, want %d", len(told), n)
	}
	return told
}

func openAt(t *testing.T, path string) Store {
	t.Helper()
	s, err := Open(t.Context(), "dir:"+path)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return s
}

func TestOpenSweepsWhatWasAbandoned(t *testing.T) {
	path := t.TempDir()
	openAt(t, path)
	for name, age := range map[string]time.Duration{"old": abandoned + time.Minute, "young": abandoned - time.Minute} {
		file := filepath.Join(path, "new", name)
		at := time.Now().Add(-age)
		if err := errors.Join(os.WriteFile(file, []byte("half a ma"), 0o600), os.Chtimes(file, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	openAt(t, path)
	left, err := filepath.Glob(filepath.Join(path, "new", "*"))
	if want := []string{filepath.Join(path, "new", "young")}; err != nil || !slices.Equal(left, want) {
		t.Errorf("got %v, %v; want %v", left, err, want)
	}
}

func TestOpenMakesTheFolderAndFindsItAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "not", "there", "yet")
	ref := put(t, openAt(t, path), []byte("raw mail"))
	if got, err := ReadAll(t.Context(), openAt(t, path), ref.Key, 100); err != nil || string(got) != "raw mail" {
		t.Errorf("got %q, %v; want what was put before", got, err)
	}
	if _, err := Open(t.Context(), "dir:"+filepath.Join(path, ref.Key[:2], ref.Key)); err == nil {
		t.Error("Open of a file: got nil, want an error")
	}
}

func TestWalkPassesOverWhatIsNotOurs(t *testing.T) {
	path := t.TempDir()
	s := openAt(t, path)
	ref := put(t, s, []byte("raw mail"))
	if err := os.WriteFile(filepath.Join(path, ref.Key[:2], "README"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := keys(t, s); !slices.Equal(got, []string{ref.Key}) {
		t.Errorf("got %v, want only %s", got, ref.Key)
	}
}

// A disk that is not mounted would otherwise have us believe that every attachment was deleted.
func TestLostDiskIsNotALostBlob(t *testing.T) {
	path := t.TempDir()
	s := openAt(t, path)
	ref := put(t, s, []byte("raw mail"))
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Rename(path+".away", path) })
	_, open := s.Open(t.Context(), ref.Key)
	_, stat := s.Stat(t.Context(), ref.Key)
	for verb, err := range map[string]error{"Open": open, "Stat": stat} {
		if !errors.Is(err, fs.ErrNotExist) || fault.Is(err, fault.NotFound) {
			t.Errorf("%s: got %v, want an error other than NotFound", verb, err)
		}
	}
	if _, err := PutBytes(t.Context(), s, []byte("raw mail")); err == nil {
		t.Error("Put: got nil, want an error")
	}
}

// BenchmarkPut is one mail of 4 KB made durable. It says something only where
// TMPDIR is on a disk: make bench sees to that.
func BenchmarkPut(b *testing.B) {
	for _, writers := range []int{1, 8, 32} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			s, err := Open(b.Context(), "dir:"+b.TempDir())
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(4096)
			benchmark(b, writers, func(mail []byte) error {
				_, err := PutBytes(b.Context(), s, mail)
				return err
			})
		})
	}
}

// BenchmarkPutAgain is one that is there already: the logo in everybody's signature.
func BenchmarkPutAgain(b *testing.B) {
	s, err := Open(b.Context(), "dir:"+b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	logo := sample(4096, 1)
	for b.Loop() {
		if _, err := PutBytes(b.Context(), s, logo); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen reads 4 KB, and makes sure of each byte.
func BenchmarkOpen(b *testing.B) {
	s, err := Open(b.Context(), "dir:"+b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	ref, err := PutBytes(b.Context(), s, sample(4096, 1))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(4096)
	for b.Loop() {
		r, err := s.Open(b.Context(), ref.Key)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			b.Fatal(err)
		}
		r.Close()
	}
}

// benchmark has so many writers at once each do its share of b.N mails, no two alike.
func benchmark(b *testing.B, writers int, do func(mail []byte) error) {
	var next atomic.Uint64
	done := make(chan error, writers)
	before := processor(b)
	b.ResetTimer()
	for range writers {
		go func() {
			mail := sample(4096, 1)
			var err error
			for i := next.Add(1); err == nil && i <= uint64(b.N); i = next.Add(1) {
				binary.BigEndian.PutUint64(mail, i)
				err = do(mail)
			}
			done <- err
		}()
	}
	for range writers {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
	b.ReportMetric(float64((processor(b)-before).Microseconds())/float64(b.N), "cpu-µs/op")
}

// processor is how long this process has kept processors busy, in the kernel too: what a busy machine does not change much.
func processor(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
