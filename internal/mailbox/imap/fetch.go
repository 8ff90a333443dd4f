package imap

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

const (
	batchMost  = 50       // messages fetched with one command
	batchBytes = 16 << 20 // of them
	headMost   = 64 << 10 // of a message that is too large
	keepTime   = 10 * time.Minute
)

// meta is what is known of a message before it is fetched.
type meta struct {
	uid  uint32
	size int64
	at   time.Time
}

// list returns the messages of the chosen folder from one UID to another, in order; 0: to the last.
func (s *session) list(from, to uint32) ([]meta, error) {
	s.alive(patience)
	cmd := s.client.Fetch(imap.UIDSet{{Start: imap.UID(from), Stop: imap.UID(to)}}, &imap.FetchOptions{UID: true, RFC822Size: true, InternalDate: true})
	var all []meta
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		s.alive(patience)
		b, err := msg.Collect()
		if err != nil {
			cmd.Close()
			return nil, fmt.Errorf("list the messages: %w", err)
		}
		// From n to the last returns the last even if that is before n.
		if uint32(b.UID) >= from {
			all = append(all, meta{uint32(b.UID), b.RFC822Size, b.InternalDate})
		}
	}
	if err := cmd.Close(); err != nil {
		return nil, fmt.Errorf("list the messages: %w", err)
	}
	slices.SortFunc(all, func(a, b meta) int { return int(int64(a.uid) - int64(b.uid)) })
	return all, nil
}

// batches cuts a list into what is fetched with one command.
func batches(all []meta, most int) (out [][]meta) {
	var bytes int64
	for i, m := range all {
		last := len(out) - 1
		if i == 0 || len(out[last]) >= most || bytes+m.size > batchBytes {
			out, bytes = append(out, nil), 0
			last++
		}
		out[last] = append(out[last], m)
		bytes += m.size
	}
	return out
}

// fetched is a message of a batch, whole or in part.
type fetched struct {
	raw  []byte
	part bool // it is longer than we take
}

// fetch gives each message of a batch to keep, as it comes.
func (s *session) fetch(ctx context.Context, batch []meta, keep func(meta, fetched) error) error {
	small, large := imap.UIDSet{}, imap.UIDSet{}
	by := map[uint32]meta{}
	for _, m := range batch {
		by[m.uid] = m
		if m.size > s.s.MaxSize {
			large.AddNum(imap.UID(m.uid))
		} else {
			small.AddNum(imap.UID(m.uid))
		}
	}
	for _, part := range []struct {
		uids imap.UIDSet
		what imap.PartSpecifier
	}{{small, imap.PartSpecifierNone}, {large, imap.PartSpecifierHeader}} {
		if len(part.uids) == 0 {
			continue
		}
		if err := s.fetchSection(part.uids, part.what, by, keep); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (s *session) fetchSection(uids imap.UIDSet, what imap.PartSpecifier, by map[uint32]meta, keep func(meta, fetched) error) error {
	s.alive(patience)
	cmd := s.client.Fetch(uids, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Specifier: what, Peek: true}}})
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		uid, f, err := s.read(msg)
		if err != nil {
			cmd.Close()
			return fmt.Errorf("fetch a message: %w", err)
		}
		f.part = f.part || what == imap.PartSpecifierHeader
		if m, ok := by[uid]; ok && f.raw != nil {
			s.alive(keepTime)
			if err := keep(m, f); err != nil {
				s.conn.Close() // what was asked for and is still coming is of no use
				cmd.Close()
				return err
			}
		}
		s.alive(patience)
	}
	if err := cmd.Close(); err != nil {
		if _, refused := errors.AsType[*imap.Error](err); !refused {
			return fmt.Errorf("fetch messages: %w", err)
		}
	}
	return nil // a message that the server refuses to hand out is looked at by itself
}

// read reads one message as the server sends it.
func (s *session) read(msg *imapclient.FetchMessageData) (uid uint32, f fetched, err error) {
	for item := msg.Next(); item != nil; item = msg.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			uid = uint32(item.UID)
		case imapclient.FetchItemDataBodySection:
			if item.Literal == nil {
				continue
			}
			limit := item.Literal.Size()
			if f.part = limit > s.s.MaxSize; f.part {
				limit = headMost
			}
			s.alive(patience + time.Duration(limit>>20)*10*time.Second)
			if f.raw, err = io.ReadAll(io.LimitReader(item.Literal, limit)); err != nil {
				return uid, f, err
			}
			if int64(len(f.raw)) < limit {
				return uid, f, io.ErrUnexpectedEOF
			}
		}
	}
	return uid, f, nil
}

// message is what Accept gets of a fetched message.
func (s *session) message(c Cursor, m meta, f fetched) Message {
	out := Message{Inbox: c.Inbox, Folder: c.Folder, UIDValidity: c.Validity, UID: m.uid, Arrived: m.at.UTC(), Size: m.size, Raw: f.raw}
	if f.part {
		out.Raw = head(f.raw)
		out.Problem = fmt.Sprintf("The message has %d bytes, more than the %d that are taken here. Only its header was fetched; it is still on the server.", m.size, s.s.MaxSize)
	}
	sum := sha256.Sum256(out.Raw)
	out.SHA256, out.MessageID = hex.EncodeToString(sum[:]), messageID(out.Raw)
	return out
}

// head is the header of a message.
func head(raw []byte) []byte {
	for _, end := range []string{"\r\n\r\n", "\n\n"} {
		if i := bytes.Index(raw, []byte(end)); i >= 0 {
			return raw[:i+len(end)]
		}
	}
	return raw[:min(len(raw), headMost)]
}

// messageID returns the Message-ID as it stands in the header, right or wrong.
func messageID(raw []byte) string {
	lines := strings.Split(strings.ReplaceAll(string(head(raw)), "\r\n", "\n"), "\n")
	for i, line := range lines {
		name, value, ok := strings.Cut(line, ":")
		if !ok || !strings.EqualFold(strings.TrimSpace(name), "message-id") {
			continue
		}
		for _, more := range lines[i+1:] {
			if more == "" || more[0] != ' ' && more[0] != '\t' {
				break
			}
			value += more
		}
		return strings.TrimSpace(value)
	}
	return ""
}
