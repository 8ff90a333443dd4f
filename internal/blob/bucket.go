package blob

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/minio/minio-go/v7/pkg/s3utils"

	"muster/internal/fault"
)

// bucket keeps each blob as one object of an S3-compatible store, PREFIX/abcd….
//
// The store is given the SHA-256 with the object, and takes it only if they
// agree. An object appears whole or not at all, and S3's answer means that it
// is durable.
type bucket struct {
	client *minio.Core
	name   string
	prefix string // empty, or ends with a slash
	close  func()
}

// attempts is how often a request is made before the store counts as down.
// With the library's pauses between them that is about three seconds: a sender
// of mail waits that long, and tries again later by itself.
const attempts = 5

// address is where a bucket is and how to get in.
type address struct {
	host, key, secret, bucket, prefix, region string
	insecure                                  bool
}

// openBucket speaks over transport, or over one of its own when it is nil.
func openBucket(ctx context.Context, spec string, transport http.RoundTripper) (Store, error) {
	a, err := parse(spec)
	if err != nil {
		return nil, err
	}
	b := &bucket{name: a.bucket, prefix: a.prefix, close: func() {}}
	if transport == nil {
		t, err := minio.DefaultTransport(!a.insecure)
		if err != nil {
			return nil, fmt.Errorf("open blob store: %w", err)
		}
		transport, b.close = t, t.CloseIdleConnections
	}
	b.client, err = minio.NewCore(a.host, &minio.Options{
		Creds:      credentials.NewStaticV4(a.key, a.secret, ""),
		Secure:     !a.insecure,
		Region:     a.region,
		Transport:  transport,
		MaxRetries: attempts,
	})
	if err != nil {
		return nil, fault.New(fault.Invalid, "The blob store's address is not understood: %v.", err)
	}
	there, err := b.client.BucketExists(ctx, a.bucket)
	if err != nil {
		return nil, fmt.Errorf("open blob store: ask %s for bucket %s: %w", a.host, a.bucket, err)
	}
	if !there {
		return nil, fault.New(fault.Invalid, "The blob store at %s has no bucket %s: create it first.", a.host, a.bucket)
	}
	return b, nil
}

// parse takes an address apart. What it says of a wrong one never holds the secret.
func parse(spec string) (address, error) {
	u, err := url.Parse(spec)
	if err != nil {
		return address{}, fault.New(fault.Invalid,
			"The blob store's address is not understood. In KEY and SECRET write / as %%2F, + as %%2B, @ as %%40 and : as %%3A.")
	}
	a := address{host: u.Host, key: u.User.Username()}
	a.secret, _ = u.User.Password()
	a.bucket, a.prefix, _ = strings.Cut(strings.Trim(u.Path, "/"), "/")
	if a.prefix != "" {
		a.prefix += "/"
	}
	for name, values := range u.Query() {
		switch value := values[len(values)-1]; {
		case name == "region":
			a.region = value
		case name == "insecure" && (value == "0" || value == "1"):
			a.insecure = value == "1"
		default:
			return address{}, fault.New(fault.Invalid, "The blob store's address may end in region=NAME and insecure=1, not in %s=%s.", name, value)
		}
	}
	if a.host == "" || a.key == "" || a.secret == "" || a.bucket == "" {
		return address{}, fault.New(fault.Invalid, "The blob store's address lacks a part: it is s3://KEY:SECRET@HOST/BUCKET.")
	}
	if err := s3utils.CheckValidBucketNameStrict(a.bucket); err != nil {
		return address{}, fault.New(fault.Invalid, "The blob store's bucket cannot be called %s: %v.", a.bucket, err)
	}
	return a, nil
}

func (b *bucket) Put(ctx context.Context, r io.Reader) (Ref, error) {
	c, err := receive(ctx, r, os.TempDir())
	if err != nil {
		return Ref{}, err
	}
	defer c.drop()
	// One request, whatever the size: S3 takes 5 GB in one, and an attempt
	// that is cut short leaves nothing behind. The option is misnamed: it
	// leaves out the sums of the parts, and so makes room for that of the whole.
	_, err = b.client.PutObject(ctx, b.name, b.prefix+c.Key, c.body(), c.Size, "", c.Key, minio.PutObjectOptions{DisableContentSha256: true})
	if err != nil {
		return Ref{}, b.explain("keep", c.Key, err)
	}
	return c.Ref, nil
}

func (b *bucket) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	if err := check(key); err != nil {
		return nil, err
	}
	body, _, _, err := b.client.GetObject(ctx, b.name, b.prefix+key, minio.GetObjectOptions{})
	if err != nil {
		return nil, b.explain("open", key, err)
	}
	return verify(body, key), nil
}

func (b *bucket) Stat(ctx context.Context, key string) (Info, error) {
	if err := check(key); err != nil {
		return Info{}, err
	}
	object, err := b.client.StatObject(ctx, b.name, b.prefix+key, minio.StatObjectOptions{})
	if err != nil {
		return Info{}, b.explain("look up", key, err)
	}
	return Info{Ref: Ref{Key: key, Size: object.Size}, At: object.LastModified.UTC()}, nil
}

func (b *bucket) Delete(ctx context.Context, key string) error {
	if err := check(key); err != nil {
		return err
	}
	if err := b.client.RemoveObject(ctx, b.name, b.prefix+key, minio.RemoveObjectOptions{}); err != nil {
		return b.explain("delete", key, err)
	}
	return nil
}

func (b *bucket) Walk(ctx context.Context, each func(Info) error) error {
	for object := range b.client.Client.ListObjectsIter(ctx, b.name, minio.ListObjectsOptions{Prefix: b.prefix}) {
		if object.Err != nil {
			return fmt.Errorf("list blobs in bucket %s: %w", b.name, object.Err)
		}
		key := strings.TrimPrefix(object.Key, b.prefix)
		if check(key) != nil {
			continue // not ours
		}
		if err := each(Info{Ref: Ref{Key: key, Size: object.Size}, At: object.LastModified.UTC()}); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (b *bucket) Close() error {
	b.close()
	return nil
}

// explain tells an object that is not there from any other trouble, and says of that where it was.
func (b *bucket) explain(attempt, key string, err error) error {
	answer := minio.ToErrorResponse(err)
	if answer.Code == minio.NoSuchKey {
		return missing()
	}
	return fmt.Errorf("%s blob %s in bucket %s at %s: %w", attempt, key, b.name, b.client.EndpointURL().Host, err)
}
