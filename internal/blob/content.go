package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
)

// memory is how much of a blob waits in memory for its key to be known. Most
// mails fit; what is larger waits in a file.
const memory = 256 << 10

// content is a blob on its way in, read to its end.
type content struct {
	Ref
	small []byte   // all of it, when file is nil
	file  *os.File // all of it, when there is more than fits in memory
}

// receive reads r to its end. A large content's file is made in folder ("" is
// the system's place for such files) and is the caller's to drop.
func receive(ctx context.Context, r io.Reader, folder string) (*content, error) {
	var head bytes.Buffer
	sum := sha256.New()
	from := io.TeeReader(alive{ctx, r}, sum)
	n, err := io.CopyN(&head, from, memory+1)
	if err == io.EOF {
		return &content{Ref: ref(sum, n), small: head.Bytes()}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("receive blob: %w", err)
	}
	file, err := os.CreateTemp(folder, "")
	if err != nil {
		return nil, fmt.Errorf("receive blob: %w", err)
	}
	c := &content{file: file}
	n, err = io.Copy(file, io.MultiReader(&head, from))
	if err != nil {
		c.drop()
		return nil, fmt.Errorf("receive blob: %w", err)
	}
	c.Ref = ref(sum, n)
	return c, nil
}

func ref(sum hash.Hash, size int64) Ref {
	return Ref{Key: hex.EncodeToString(sum.Sum(nil)), Size: size}
}

// body reads the content from its beginning.
func (c *content) body() io.ReadSeeker {
	if c.file == nil {
		return bytes.NewReader(c.small)
	}
	return io.NewSectionReader(c.file, 0, c.Size)
}

// spill puts what is still in memory into a file in folder.
func (c *content) spill(folder string) error {
	if c.file != nil {
		return nil
	}
	file, err := os.CreateTemp(folder, "")
	if err != nil {
		return err
	}
	c.file = file
	_, err = file.Write(c.small)
	return err
}

// moved is said once the file has another name: it is no longer the content's to remove.
func (c *content) moved() {
	c.file.Close()
	c.file = nil
}

// drop forgets the content, and removes its file if it has one.
func (c *content) drop() {
	if c.file != nil {
		c.file.Close()
		os.Remove(c.file.Name())
	}
}

// alive is a reader that ends with its context: a file or a buffer would not.
type alive struct {
	ctx context.Context
	r   io.Reader
}

func (a alive) Read(p []byte) (int, error) {
	if err := a.ctx.Err(); err != nil {
		return 0, err
	}
	return a.r.Read(p)
}

// verified reads a blob, and at its end says whether it is what its key says.
type verified struct {
	io.ReadCloser
	sum hash.Hash
	key string
}

func verify(body io.ReadCloser, key string) io.ReadCloser {
	return &verified{body, sha256.New(), key}
}

func (v *verified) Read(p []byte) (int, error) {
	n, err := v.ReadCloser.Read(p)
	v.sum.Write(p[:n])
	if err == io.EOF && hex.EncodeToString(v.sum.Sum(nil)) != v.key {
		err = damaged(v.key)
	}
	return n, err
}
