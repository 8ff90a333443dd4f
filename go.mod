module muster

go 1.26.0

require (
	blitiri.com.ar/go/spf v1.6.0 // SPF verdicts; small, tested against the RFC's suite
	github.com/alecthomas/kong v1.17.0 // command line: flags with their environment names
	github.com/alexedwards/argon2id v1.0.0 // password hashes with their parameters
	github.com/alexedwards/scs/v2 v2.9.0 // browser sessions over our own table
	github.com/arran4/golang-ical v0.3.4 // reads iCalendar files of holidays
	github.com/chromedp/cdproto v0.159.0 // tests: the protocol of Chromium
	github.com/chromedp/chromedp v0.23.0 // tests: pages in a real browser
	github.com/danielgtaylor/huma/v2 v2.37.2 // the API: OpenAPI 3.1 from the types, problem+json
	github.com/emersion/go-imap/v2 v2.0.0-beta.8 // IMAP with IDLE; a beta, guarded by tests on a real Dovecot
	github.com/emersion/go-msgauth v0.7.0 // DKIM signatures and verdicts, DMARC records
	github.com/emersion/go-sasl v0.0.0-20241020182733-b788ff22d5a6 // signing in at mail servers
	github.com/emersion/go-smtp v0.25.1 // the SMTP listener, and the servers of tests
	github.com/expr-lang/expr v1.17.8 // conditions of rules: checked as one types, judged in under a microsecond
	github.com/jackc/pgx/v5 v5.12.0 // PostgreSQL through database/sql, LISTEN and NOTIFY
	github.com/jba/templatecheck v0.7.1 // type-checks html/template
	github.com/jhillyerd/enmime/v2 v2.3.0 // tests: a second opinion on how mail is taken apart
	github.com/microcosm-cc/bluemonday v1.0.27 // cleans hostile HTML by an allow-list
	github.com/minio/minio-go/v7 v7.4.1 // attachments and raw mail in any S3-compatible store
	github.com/pressly/goose/v3 v3.29.0 // migrations, the same text on both engines
	github.com/prometheus/client_golang v1.25.0 // /metrics
	github.com/yuin/goldmark v1.8.7 // Markdown of replies and notes
	golang.org/x/net v0.62.0 // HTML parser, public suffixes, IDNA
	golang.org/x/sync v0.24.0 // a semaphore that weighs: large mails are read in turns
	golang.org/x/text v0.43.0 // charsets of mail, folding of names, languages
	golang.org/x/time v0.16.0 // rate limits
	modernc.org/sqlite v1.60.1 // SQLite without cgo: one static binary
	pgregory.net/rapid v1.3.0 // tests: properties over random input
)

require (
	github.com/aymerick/douceur v0.2.0 // indirect
	github.com/beorn7/perks v1.0.1 // indirect
	github.com/cention-sany/utf7 v0.0.0-20170124080048-26cad61bd60a // indirect
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/clipperhouse/displaywidth v0.11.0 // indirect
	github.com/clipperhouse/uax29/v2 v2.7.0 // indirect
	github.com/dustin/go-humanize v1.1.0 // indirect
	github.com/emersion/go-message v0.18.2 // indirect
	github.com/fatih/color v1.19.0 // indirect
	github.com/go-json-experiment/json v0.0.0-20260213210345-44df1a37e875 // indirect
	github.com/gogs/chardet v0.0.0-20211120154057-b7413eaefb8f // indirect
	github.com/google/safehtml v0.0.2 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/gorilla/css v1.0.1 // indirect
	github.com/inbucket/html2text v1.0.0 // indirect
	github.com/jackc/pgpassfile v1.0.0 // indirect
	github.com/jackc/pgservicefile v0.0.0-20240606120523-5a60cdf6a761 // indirect
	github.com/jackc/puddle/v2 v2.2.3 // indirect
	github.com/klauspost/compress v1.20.1 // indirect
	github.com/klauspost/cpuid/v2 v2.4.0 // indirect
	github.com/klauspost/crc32 v1.3.0 // indirect
	github.com/mattn/go-colorable v0.1.15 // indirect
	github.com/mattn/go-isatty v0.0.24 // indirect
	github.com/mattn/go-runewidth v0.0.24 // indirect
	github.com/mfridman/interpolate v0.0.2 // indirect
	github.com/minio/crc64nvme v1.1.1 // indirect
	github.com/minio/md5-simd v1.1.2 // indirect
	github.com/munnerz/goautoneg v0.0.0-20191010083416-a7dc8b61c822 // indirect
	github.com/ncruces/go-strftime v1.1.0 // indirect
	github.com/olekukonko/cat v0.0.0-20250911104152-50322a0618f6 // indirect
	github.com/olekukonko/errors v1.2.0 // indirect
	github.com/olekukonko/ll v0.1.6 // indirect
	github.com/olekukonko/tablewriter v1.1.3 // indirect
	github.com/philhofer/fwd v1.2.0 // indirect
	github.com/pkg/errors v0.9.1 // indirect
	github.com/prometheus/client_model v0.6.3 // indirect
	github.com/prometheus/common v0.72.0 // indirect
	github.com/prometheus/procfs v0.22.0 // indirect
	github.com/remyoudompheng/bigfft v0.0.0-20230129092748-24d4a6f8daec // indirect
	github.com/rs/xid v1.6.0 // indirect
	github.com/sethvargo/go-retry v0.5.0 // indirect
	github.com/ssor/bom v0.0.0-20170718123548-6386211fdfcf // indirect
	github.com/tinylib/msgp v1.6.4 // indirect
	github.com/zeebo/xxh3 v1.1.0 // indirect
	go.uber.org/multierr v1.11.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/crypto v0.58.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
	gopkg.in/ini.v1 v1.67.3 // indirect
	modernc.org/libc v1.78.0 // indirect
	modernc.org/mathutil v1.7.1 // indirect
	modernc.org/memory v1.12.1 // indirect
)
