package rest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/db"
	"muster/internal/fault"
)

// Once is the header by which a client may repeat a request without its being done twice.
type Once struct {
	Key string `header:"Idempotency-Key" maxLength:"200" doc:"A request that is repeated with the same key within a day gets the first answer again, and is not done twice."`
	at  string
}

// Resolve notes where the request was sent: with the same body, it is another request at another address.
func (o *Once) Resolve(c huma.Context) []error {
	u := c.URL()
	o.at = c.Method() + " " + u.Path
	return nil
}

// keptFor is how long the answer to a key is kept.
const keptFor = 24 * time.Hour

// UpdateOnce is Update, and keeps the answer under the request's key in the same
// unit of work: whatever happens in between, what was asked is done once.
func UpdateOnce[O any](ctx context.Context, d *db.DB, o Once, request any, f func(*db.Tx) (O, error)) (O, error) {
	if o.Key == "" {
		return Update(ctx, d, f)
	}
	asked, err := json.Marshal([]any{o.at, request})
	if err != nil {
		var none O
		return none, Problem(ctx, err)
	}
	sum := sha256.Sum256(asked)
	print := hex.EncodeToString(sum[:])
	return Update(ctx, d, func(tx *db.Tx) (out O, err error) {
		kept, err := findAnswer(tx, o.Key)
		switch {
		case err == nil && kept.print != print:
			return out, fault.New(fault.Conflict, "The Idempotency-Key %q was used for another request. Use a new key for each request.", o.Key)
		case err == nil:
			return out, json.Unmarshal([]byte(kept.answer), &out)
		case !db.Missing(err):
			return out, err
		}
		if out, err = f(tx); err != nil {
			return out, err
		}
		answer, err := json.Marshal(out)
		if err != nil {
			return out, err
		}
		return out, keepAnswer(tx, o.Key, print, string(answer))
	})
}

// Sweep forgets the answers that are no longer kept. It is done from time to time.
func Sweep(d *db.DB) func(context.Context) error {
	return func(ctx context.Context) error {
		return d.Update(ctx, func(tx *db.Tx) error { return forgetAnswers(tx, tx.Now.Add(-keptFor)) })
	}
}
