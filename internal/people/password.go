package people

import (
	"context"
	"fmt"
	"sync/atomic"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"muster/internal/fault"
)

const (
	shortestPassword = 10   // characters
	longestPassword  = 1000 // bytes
)

// Hash is a password as it is stored: an argon2id hash with its salt and parameters.
type Hash string

// String keeps a hash out of logs.
func (Hash) String() string { return "[hash]" }

// Hasher computes password hashes, few at a time: each takes much memory.
type Hasher struct {
	params *argon2id.Params
	turns  chan struct{}
	count  atomic.Int64
}

// NewHasher returns the hasher to serve with: 64 MB and two passes a hash, two at a time.
func NewHasher() *Hasher {
	return newHasher(argon2id.Params{Memory: 64 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32})
}

// NewQuickHasher returns a hasher for tests. Its hashes do not protect anything.
func NewQuickHasher() *Hasher {
	return newHasher(argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 8, KeyLength: 16})
}

func newHasher(p argon2id.Params) *Hasher {
	return &Hasher{params: &p, turns: make(chan struct{}, 2)}
}

// Hash returns the hash of a new password. It takes a while, so call it before the unit of work.
func (h *Hasher) Hash(ctx context.Context, password string) (Hash, error) {
	if utf8.RuneCountInString(password) < shortestPassword || len(password) > longestPassword {
		return "", fault.Field("password", "A password has at least %d characters, and no more than %d.", shortestPassword, longestPassword)
	}
	return h.compute(ctx, password)
}

// Computed returns how many hashes were computed, to compare or to store.
func (h *Hasher) Computed() int64 { return h.count.Load() }

func (h *Hasher) compute(ctx context.Context, password string) (Hash, error) {
	if err := h.wait(ctx); err != nil {
		return "", err
	}
	defer h.done()
	hash, err := argon2id.CreateHash(password, h.params)
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return Hash(hash), nil
}

// matches compares a password with a stored hash. Without one it does the same work.
func (h *Hasher) matches(ctx context.Context, password string, stored Hash) (bool, error) {
	if stored == "" {
		_, err := h.compute(ctx, password)
		return false, err
	}
	if err := h.wait(ctx); err != nil {
		return false, err
	}
	defer h.done()
	ok, err := argon2id.ComparePasswordAndHash(password, string(stored))
	if err != nil {
		return false, fmt.Errorf("compare a password: %w", err)
	}
	return ok, nil
}

func (h *Hasher) wait(ctx context.Context) error {
	select {
	case h.turns <- struct{}{}:
		h.count.Add(1)
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *Hasher) done() { <-h.turns }
