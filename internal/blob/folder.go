package blob

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"muster/internal/fault"
)

// folder keeps each blob in a file of its own, PATH/ab/abcd….
//
// What a Put costs is measured by BenchmarkPut. Three ways to make it cheaper
// were measured and left out. Sharing one fsync of the directory among
// concurrent Puts: they seldom meet in one of 256, and with none at all a Put
// is a seventh cheaper. One syncfs for all that wait: no quicker, and it waits
// for what every other program has written too. Renaming first, so that one
// commit of the journal serves file and name: an eighth cheaper, but a power
// cut could then leave a half-written file in the place of a good one.
//
// There are 256 folders, each made when it is first needed. A second level,
// ab/cd/, would have nearly every one of the first 65,536 Puts make a folder
// and wait for that too, at twice the price. File systems of today find a name
// among 100,000 as quickly as among ten, and that makes 25 million blobs.
type folder struct {
	path    string
	drawers [256]atomic.Bool // which of the 256 this process knows to be on the disk
}

// abandoned is how long nothing was written to an unfinished file before it
// counts as left by a process that died. A slow sender writes more often.
const abandoned = 24 * time.Hour

func openFolder(path string) (Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open blob folder: %w", err)
	}
	f := &folder{path: path}
	if err := cmp.Or(makeFolder(f.path), makeFolder(f.unfinished())); err != nil {
		return nil, fmt.Errorf("open blob folder: %w", err)
	}
	if err := f.sweep(time.Now().Add(-abandoned)); err != nil {
		return nil, fmt.Errorf("sweep blob folder: %w", err)
	}
	return f, nil
}

// unfinished is the folder of what is being written. It is on the same file
// system, so that a rename can end it.
func (f *folder) unfinished() string { return filepath.Join(f.path, "new") }

// makeFolder makes a folder and those above it, and waits until their names are on the disk.
func makeFolder(path string) error {
	err := os.Mkdir(path, 0o700)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeFolder(filepath.Dir(path)); err != nil {
			return err
		}
		err = os.Mkdir(path, 0o700)
	}
	there := errors.Is(err, fs.ErrExist)
	if err != nil && !there {
		return err
	}
	// One that is there may be a moment old, and its maker not yet have waited:
	// but no other node of ours made it where we may not even look.
	err = syncFolder(filepath.Dir(path))
	if there && errors.Is(err, fs.ErrPermission) {
		return nil
	}
	return err
}

// prepare makes the drawer that a blob goes into.
func (f *folder) prepare(key string) error {
	i, err := strconv.ParseUint(key[:2], 16, 8)
	if err != nil || f.drawers[i].Load() {
		return err
	}
	if err := makeFolder(filepath.Join(f.path, key[:2])); err != nil {
		return err
	}
	f.drawers[i].Store(true)
	return nil
}

// sweep removes what nobody has written to since.
func (f *folder) sweep(since time.Time) error {
	left, err := os.ReadDir(f.unfinished())
	if err != nil {
		return err
	}
	for _, entry := range left {
		info, err := entry.Info()
		if err == nil && info.ModTime().Before(since) {
			err = os.Remove(filepath.Join(f.unfinished(), entry.Name()))
		}
		// Another node may be sweeping, or may just have finished this one.
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// place is where a blob stands.
func (f *folder) place(key string) (string, error) {
	if err := check(key); err != nil {
		return "", err
	}
	return filepath.Join(f.path, key[:2], key), nil
}

func (f *folder) Put(ctx context.Context, r io.Reader) (Ref, error) {
	c, err := receive(ctx, r, f.unfinished())
	if err != nil {
		return Ref{}, full(err)
	}
	defer c.drop()
	if err := f.keep(c); err != nil {
		return Ref{}, full(fmt.Errorf("keep blob %s: %w", c.Key, err))
	}
	return c.Ref, nil
}

// full says in a sentence that the disk is full, if that is what err means.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", fault.Full, err)
	}
	return err
}

func (f *folder) keep(c *content) error {
	if err := f.prepare(c.Key); err != nil {
		return err
	}
	kept, err := f.renew(c.Key)
	if err != nil || kept {
		return err
	}
	return f.write(c)
}

// write is durable at each step before the next: first the bytes, then their
// name. Of two that write the same content, the later takes the earlier's place.
func (f *folder) write(c *content) error {
	place, err := f.place(c.Key)
	if err != nil {
		return err
	}
	if err := c.spill(f.unfinished()); err != nil {
		return err
	}
	if err := settle(c.file); err != nil {
		return err
	}
	if err := os.Rename(c.file.Name(), place); err != nil {
		return err
	}
	c.moved()
	return syncFolder(filepath.Dir(place))
}

// renew reports whether the blob is here and whole, and if so makes it as
// recent and as durable as a new one: whoever wrote it may not have got so far.
// It is done in place, because to replace a file is to delete one, and a file
// system on which many files are deleted is slow to make new ones.
func (f *folder) renew(key string) (bool, error) {
	place, err := f.place(key)
	if err != nil {
		return false, err
	}
	file, err := os.Open(place)
	if err != nil {
		return false, ignoreMissing(err)
	}
	r := verify(file, key)
	defer r.Close()
	if _, err := io.Copy(io.Discard, r); err != nil {
		return false, nil // damaged: it is replaced
	}
	if err := settle(file); err != nil {
		return false, ignoreMissing(err)
	}
	return true, syncFolder(filepath.Dir(place))
}

func (f *folder) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	place, err := f.place(key)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(place)
	if err != nil {
		return nil, f.explain("open", key, err)
	}
	return verify(file, key), nil
}

func (f *folder) Stat(ctx context.Context, key string) (Info, error) {
	place, err := f.place(key)
	if err != nil {
		return Info{}, err
	}
	file, err := os.Stat(place)
	if err != nil {
		return Info{}, f.explain("look up", key, err)
	}
	return info(file), nil
}

func (f *folder) Delete(ctx context.Context, key string) error {
	place, err := f.place(key)
	if err != nil {
		return err
	}
	if err := os.Remove(place); err != nil {
		return ignoreMissing(err)
	}
	return syncFolder(filepath.Dir(place))
}

func (f *folder) Walk(ctx context.Context, each func(Info) error) error {
	drawers, err := os.ReadDir(f.path)
	if err != nil {
		return fmt.Errorf("list blobs: %w", err)
	}
	for _, drawer := range drawers {
		if name := drawer.Name(); len(name) == 2 && drawer.IsDir() {
			if err := walk(ctx, filepath.Join(f.path, name), each); err != nil {
				return err
			}
		}
	}
	return nil
}

func walk(ctx context.Context, drawer string, each func(Info) error) error {
	entries, err := os.ReadDir(drawer)
	if err != nil {
		return fmt.Errorf("list blobs: %w", err)
	}
	for _, entry := range entries {
		if check(entry.Name()) != nil {
			continue // not ours
		}
		file, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted since it was listed
		}
		if err := cmp.Or(ctx.Err(), err); err != nil {
			return fmt.Errorf("list blobs: %w", err)
		}
		if err := each(info(file)); err != nil {
			return err
		}
	}
	return nil
}

func (f *folder) Close() error { return nil }

func info(file fs.FileInfo) Info {
	return Info{Ref: Ref{Key: file.Name(), Size: file.Size()}, At: file.ModTime().UTC()}
}

// settle stamps a file with the present instant and waits until it is on the disk.
func settle(file *os.File) error {
	if err := os.Chtimes(file.Name(), time.Time{}, time.Now()); err != nil {
		return err
	}
	return file.Sync()
}

// syncFolder waits until the names in a folder are on the disk.
func syncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

// explain tells a blob that is not there from a disk that is not there: only of
// the first may anyone conclude that the blob was deleted.
func (f *folder) explain(attempt, key string, err error) error {
	if _, gone := os.Stat(f.unfinished()); gone == nil && errors.Is(err, fs.ErrNotExist) {
		return missing()
	}
	return fmt.Errorf("%s blob %s: %w", attempt, key, err)
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
