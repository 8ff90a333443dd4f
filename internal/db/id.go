package db

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"time"
)

// IDs are 20 characters of base32hex in lower case: 52 bits of microseconds
// since 1970 (until the year 2112), then 48 random bits, so that they sort by
// time alike in every collation and nobody can guess one from another.
const idLength = 20

var idEncoding = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)

// NewID returns an id that sorts after all that this unit of work made, and
// after all that this process made for the same or an earlier instant.
func (tx *Tx) NewID() string {
	tx.stamp = tx.db.nextStamp(max(tx.Now.UnixMicro(), tx.stamp+1))
	return newID(tx.stamp)
}

// longAgo tells an instant that was set on purpose, as for history that is
// brought in, from one that a busy process has to push on a little.
const longAgo = int64(time.Minute / time.Microsecond)

func (db *DB) nextStamp(stamp int64) int64 {
	for {
		last := db.lastStamp.Load()
		if stamp < last-longAgo {
			return stamp
		}
		stamp = max(stamp, last+1)
		if db.lastStamp.CompareAndSwap(last, stamp) {
			return stamp
		}
	}
}

func newID(stamp int64) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], uint64(stamp)<<12)
	var random [7]byte
	rand.Read(random[:])
	b[6] |= random[0] & 0x0f
	copy(b[7:], random[1:])
	return idEncoding.EncodeToString(b[:13])[:idLength]
}

// IDBefore returns a string that sorts before every id made at or after the stamp, in microseconds since 1970.
func IDBefore(stamp int64) string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(stamp)<<12)
	return idEncoding.EncodeToString(b[:7])[:10]
}
