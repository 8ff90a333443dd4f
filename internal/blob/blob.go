// Package blob keeps attachments and raw mail: a folder, or any S3-compatible store.
//
// A blob is known by the SHA-256 of what it holds, so the same file sent a
// thousand times is kept once, and a damaged copy cannot pass for a whole one.
// Who may read a blob is decided where its key is kept: a store knows nothing
// of workspaces.
package blob

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"muster/internal/fault"
)

// Store keeps blobs. All its methods may be called at the same time, from
// any number of nodes.
//
// Open, Stat and Delete refuse what is not a key with an Invalid fault; Open
// and Stat answer NotFound for a blob that is not there.
type Store interface {
	// Put keeps all that r gives, and returns when it is sure to be there
	// after a power cut. After an error nothing new is kept. What r fails
	// with is wrapped and returned.
	Put(ctx context.Context, r io.Reader) (Ref, error)

	// Open reads a blob. A damaged one is reported in place of io.EOF, so a
	// reader must read up to there to know that what it read is whole.
	Open(ctx context.Context, key string) (io.ReadCloser, error)

	// Stat tells of a blob without reading it.
	Stat(ctx context.Context, key string) (Info, error)

	// Delete removes a blob for good. One that is not there is no fault.
	Delete(ctx context.Context, key string) error

	// Walk calls f for each blob, in the order of the keys. It ends at the
	// first error of f, and returns it.
	Walk(ctx context.Context, f func(Info) error) error

	// Close lets go of what the store holds open.
	Close() error
}

// Ref names a blob: what a record that has an attachment keeps of it.
type Ref struct {
	Key  string // the SHA-256 of the content: 64 hexadecimal digits, lower case
	Size int64  // bytes
}

// Info is what is known of a blob without reading it.
type Info struct {
	Ref
	// At is when the content was last Put. It is renewed when the same content
	// is Put again, so what is old and named by no record may be deleted.
	At time.Time
}

// Open returns the store that spec names, after making sure that it answers:
//
//	dir:PATH
//	s3://KEY:SECRET@HOST[:PORT]/BUCKET[/PREFIX][?region=REGION][&insecure=1]
//
// insecure speaks HTTP in place of HTTPS, for a store in the same rack.
func Open(ctx context.Context, spec string) (Store, error) {
	if path, ok := strings.CutPrefix(spec, "dir:"); ok && path != "" {
		return openFolder(path)
	}
	if strings.HasPrefix(spec, "s3://") {
		return openBucket(ctx, spec, nil)
	}
	// The address itself is not shown: it may hold a secret.
	return nil, fault.New(fault.Invalid, "The blob store's address must be dir:PATH or s3://KEY:SECRET@HOST/BUCKET.")
}

// PutBytes is Put of data.
func PutBytes(ctx context.Context, s Store, data []byte) (Ref, error) {
	return s.Put(ctx, bytes.NewReader(data))
}

// ReadAll returns a blob's whole content, verified. More than limit bytes are a
// TooLarge fault, and take no more memory than that.
func ReadAll(ctx context.Context, s Store, key string, limit int64) ([]byte, error) {
	r, err := s.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read blob %s: %w", key, err)
	}
	if int64(len(data)) > limit {
		return nil, fault.New(fault.TooLarge, "This file is larger than %d bytes, the most that can be shown here.", limit)
	}
	// The limit may have hidden the end, where damage is reported.
	if _, err := r.Read(make([]byte, 1)); err != io.EOF {
		return nil, fmt.Errorf("read blob %s: %w", key, err)
	}
	return data, nil
}

// check refuses what is not a key: with it goes every way out of the folder.
func check(key string) error {
	if len(key) == 64 && strings.Trim(key, "0123456789abcdef") == "" {
		return nil
	}
	return fault.New(fault.Invalid, "%.80q names no stored file.", key)
}

func missing() error {
	return fault.New(fault.NotFound, "This file is no longer kept.")
}

func damaged(key string) error {
	return fault.New(fault.Internal, "The kept copy of this file is damaged. Tell your administrator: blob %s must be restored from a backup.", key)
}
