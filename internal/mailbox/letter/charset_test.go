package letter

import (
	"encoding/base64"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// tongue is a line in a language, the charsets it is mailed in, and their encodings.
type tongue struct {
	name, subject, text string
	in                  map[string]encoding.Encoding
}

func tongues() []tongue {
	return []tongue{
		{"ja", "プリンターの件", "二階のプリンターが動きません。ご確認をお願いします。", map[string]encoding.Encoding{
			"iso-2022-jp": japanese.ISO2022JP, "shift_jis": japanese.ShiftJIS, "cp932": japanese.ShiftJIS, "euc-jp": japanese.EUCJP}},
		{"zh", "打印机故障", "二楼的打印机不能用了，请尽快派人来看看。", map[string]encoding.Encoding{
			"gb18030": simplifiedchinese.GB18030, "gbk": simplifiedchinese.GBK, "gb2312": simplifiedchinese.GBK, "hz-gb-2312": simplifiedchinese.HZGB2312}},
		{"tw", "印表機故障", "二樓的印表機不能使用，請儘快派人處理。", map[string]encoding.Encoding{"big5": traditionalchinese.Big5}},
		{"ko", "프린터 고장", "이층 프린터가 작동하지 않습니다. 확인 부탁드립니다.", map[string]encoding.Encoding{
			"euc-kr": korean.EUCKR, "ks_c_5601-1987": korean.EUCKR, "cp949": korean.EUCKR}},
		{"ru", "Принтер не печатает", "Принтер на втором этаже со вчерашнего дня не печатает.", map[string]encoding.Encoding{
			"koi8-r": charmap.KOI8R, "windows-1251": charmap.Windows1251, "iso-8859-5": charmap.ISO8859_5, "cp866": charmap.CodePage866}},
		{"uk", "Принтер не друкує", "Принтер на другому поверсі не друкує. Її ґанок.", map[string]encoding.Encoding{"koi8-u": charmap.KOI8U}},
		{"de", "Drucker läuft nicht", "Der Drucker „Süd“ läuft nicht – bitte prüfen.", map[string]encoding.Encoding{"windows-1252": charmap.Windows1252}},
		{"fr", "Imprimante cassée", "L’imprimante du deuxième étage coûte 300 € à réparer.", map[string]encoding.Encoding{"windows-1252-fr": charmap.Windows1252}},
		{"sv", "Skrivaren står still", "Skrivaren på våning två står still sedan igår.", map[string]encoding.Encoding{"iso-8859-1": charmap.ISO8859_1, "iso-8859-15": charmap.ISO8859_15}},
		{"pl", "Drukarka nie działa", "Drukarka na drugim piętrze nie działa, proszę o pomoc.", map[string]encoding.Encoding{
			"iso-8859-2": charmap.ISO8859_2, "windows-1250": charmap.Windows1250, "cp852": charmap.CodePage852}},
		{"el", "Ο εκτυπωτής χάλασε", "Ο εκτυπωτής στον δεύτερο όροφο δεν λειτουργεί.", map[string]encoding.Encoding{"iso-8859-7": charmap.ISO8859_7, "windows-1253": charmap.Windows1253}},
		{"tr", "Yazıcı çalışmıyor", "İkinci kattaki yazıcı dünden beri çalışmıyor.", map[string]encoding.Encoding{"iso-8859-9": charmap.ISO8859_9, "windows-1254": charmap.Windows1254}},
		{"he", "המדפסת לא עובדת", "המדפסת בקומה השנייה לא עובדת.", map[string]encoding.Encoding{"windows-1255": charmap.Windows1255}},
		{"ar", "الطابعة لا تعمل", "الطابعة في الطابق الثاني لا تعمل.", map[string]encoding.Encoding{"windows-1256": charmap.Windows1256}},
		{"lt", "Spausdintuvas neveikia", "Spausdintuvas antrame aukšte neveikia nuo vakar ryto.", map[string]encoding.Encoding{"windows-1257": charmap.Windows1257}},
		{"en", "The printer is broken", "It prints “nothing” at all — 日本 — since Monday.", map[string]encoding.Encoding{
			"utf-16": unicode.UTF16(unicode.BigEndian, unicode.UseBOM), "utf-16le": unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "utf-8": encoding.Nop}},
	}
}

// charsetSamples are letters in each charset, the subject in it too.
func charsetSamples() []sample {
	var all []sample
	for _, t := range tongues() {
		for charset, enc := range t.in {
			name := strings.TrimSuffix(charset, "-fr")
			all = append(all, sample{"charset-" + charset + "-" + t.name,
				crlf(anna + "Subject: " + encodedWord(name, encoded(enc, t.subject)) + "\nContent-Type: text/plain; charset=\"" + name + "\"\nContent-Transfer-Encoding: base64\n\n" +
					lines64(encoded(enc, t.text+"\r\n")) + "\n"),
				want{from: annaIs, subject: t.subject, text: []string{t.text + "\n"}}})
		}
	}
	return all
}

// encoded returns text in a charset.
func encoded(enc encoding.Encoding, text string) string {
	s, err := enc.NewEncoder().String(text)
	if err != nil {
		panic("the sample cannot be written in its charset: " + text)
	}
	return s
}

func encodedWord(charset, raw string) string {
	return "=?" + charset + "?B?" + base64.StdEncoding.EncodeToString([]byte(raw)) + "?="
}

// lines64 is base64 in lines of 76.
func lines64(raw string) string {
	s := base64.StdEncoding.EncodeToString([]byte(raw))
	var b strings.Builder
	for len(s) > 76 {
		b.WriteString(s[:76] + "\n")
		s = s[76:]
	}
	return b.String() + s
}

// brokenCharsetSamples declare another charset than they use, or none.
func brokenCharsetSamples() []sample {
	text := func(enc encoding.Encoding, s string) string { return encoded(enc, s) + "\r\n" }
	row := func(name, ctype, body, says string, notes ...Note) sample {
		head := anna + "Subject: " + name + "\n"
		if ctype != "" {
			head += "Content-Type: " + ctype + "\n"
		}
		return sample{"charset-" + name, crlf(head+"\n") + body, want{from: annaIs, subject: name, text: []string{says + "\n"}, notes: notes}}
	}
	const german, russian, japanesely = "Die Tür in München läßt sich nicht öffnen.", "Принтер на втором этаже не печатает.", "二階のプリンターが動きません。"
	guessed := NoteCharset
	return []sample{
		row("ascii-but-1252", "text/plain; charset=us-ascii", text(charmap.Windows1252, german), german, guessed),
		row("utf8-but-1252", "text/plain; charset=utf-8", text(charmap.Windows1252, "It’s “broken” – Müller"), "It’s “broken” – Müller", guessed),
		row("latin1-but-utf8", "text/plain; charset=iso-8859-1", text(encoding.Nop, german), german, guessed),
		row("latin1-but-1252", "text/plain; charset=iso-8859-1", text(charmap.Windows1252, "300 € – “teuer”"), "300 € – “teuer”"),
		row("1252-but-utf8", "text/plain; charset=windows-1252", text(encoding.Nop, "Größe: 5 µm"), "Größe: 5 µm", guessed),
		row("shiftjis-but-utf8", "text/plain; charset=shift_jis", text(encoding.Nop, japanesely), japanesely, guessed),
		row("none-but-utf8", "", text(encoding.Nop, german), german),
		row("none-but-1252", "", text(charmap.Windows1252, german), german, guessed),
		row("none-but-koi8r", "", text(charmap.KOI8R, russian), russian, guessed),
		row("none-but-1251", "", text(charmap.Windows1251, russian), russian, guessed),
		row("none-but-shiftjis", "", text(japanese.ShiftJIS, japanesely), japanesely, guessed),
		row("none-but-eucjp", "", text(japanese.EUCJP, japanesely), japanesely, guessed),
		row("none-but-euckr", "", text(korean.EUCKR, "이층 프린터가 작동하지 않습니다."), "이층 프린터가 작동하지 않습니다.", guessed),
		row("none-but-gbk", "", text(simplifiedchinese.GBK, "二楼的打印机不能用了，请派人来看看。"), "二楼的打印机不能用了，请派人来看看。", guessed),
		row("none-but-big5", "", text(traditionalchinese.Big5, "二樓的印表機不能使用，請派人處理。"), "二樓的印表機不能使用，請派人處理。", guessed),
		row("none-but-2022jp", "", text(japanese.ISO2022JP, japanesely), japanesely, guessed),
		row("unknown", "text/plain; charset=x-klingon", text(charmap.Windows1252, german), german, guessed),
		row("unknown-ascii", "text/plain; charset=x-klingon", "plain words\r\n", "plain words", guessed),
		row("unknown-8bit", "text/plain; charset=unknown-8bit", text(charmap.Windows1252, german), german, guessed),
		row("doubled-name", "text/plain; charset=\"charset=iso-8859-2\"", text(charmap.ISO8859_2, "Drukarka nie działa"), "Drukarka nie działa"),
		row("quotes-in-name", "text/plain; charset='utf-8'", text(encoding.Nop, german), german),
		row("utf8-mostly", "text/plain; charset=utf-8", "Tür, Öl, Fuß, Käse, Bär, Gemüse: \xc3 abgeschnitten\r\n", "Tür, Öl, Fuß, Käse, Bär, Gemüse: � abgeschnitten", guessed),
		row("utf8-mark", "text/plain; charset=utf-8", "\xef\xbb\xbf"+german+"\r\n", german),
		row("utf7", "text/plain; charset=utf-7", "Hi Mom +Jjo-! 1 +- 1, T+APw-r.\r\n", "Hi Mom ☺! 1 + 1, Tür."),
		row("2022kr", "text/plain; charset=iso-2022-kr", "\x1b$)C"+shiftedKorean("프린터")+" ok\r\n", "프린터 ok"),
		{"charset-html-says-it", crlf(anna+"Subject: The page says it\nContent-Type: text/html\n\n") + "<html><head><meta charset=\"windows-1251\"></head><body>" + text(charmap.Windows1251, russian) + "</body></html>\r\n",
			want{from: annaIs, subject: "The page says it", html: []string{"<body>" + russian}}},
		{"charset-raw-subject-utf8", crlf(anna + "Subject: Tür läuft über\n\nHallo\n"), want{from: annaIs, subject: "Tür läuft über", text: []string{"Hallo\n"}}},
		{"charset-raw-subject-latin1", crlf(anna + "Subject: T\xfcr l\xe4uft \xfcber\n\nHallo\n"), want{from: annaIs, subject: "Tür läuft über", text: []string{"Hallo\n"}}},
		{"charset-raw-subject-2022jp", crlf(anna + "Subject: " + encoded(japanese.ISO2022JP, "プリンター") + "\n\nHallo\n"), want{from: annaIs, subject: "プリンター", text: []string{"Hallo\n"}}},
		{"charset-raw-subject-shiftjis", crlf(anna + "Subject: " + encoded(japanese.ShiftJIS, "プリンターの件") + "\nContent-Type: text/plain; charset=shift_jis\n\nHallo\n"),
			want{from: annaIs, subject: "プリンターの件", text: []string{"Hallo\n"}}},
		{"charset-2022jp-split-words", crlf(anna + "Subject: " + encodedWord("iso-2022-jp", encoded(japanese.ISO2022JP, "二階の")) + "\n " + encodedWord("ISO-2022-JP", encoded(japanese.ISO2022JP, "プリンター")) + "\n\nHallo\n"),
			want{from: annaIs, subject: "二階のプリンター", text: []string{"Hallo\n"}}},
		{"charset-word-declares-wrongly", crlf(anna + "Subject: =?us-ascii?Q?T=FCr?= =?iso-8859-1?Q?_l=C3=A4uft?=\n\nHallo\n"),
			want{from: annaIs, subject: "Tür läuft", text: []string{"Hallo\n"}}},
		{"charset-word-unknown", crlf(anna + "Subject: =?x-klingon?Q?plain_words?=\n\nHallo\n"), want{from: annaIs, subject: "plain words", text: []string{"Hallo\n"}}},
	}
}

// shiftedKorean is text in ISO-2022-KR: EUC-KR without its high bits, between two shifts.
func shiftedKorean(s string) string {
	raw := []byte(encoded(korean.EUCKR, s))
	for i := range raw {
		raw[i] &= 0x7f
	}
	return "\x0e" + string(raw) + "\x0f"
}
