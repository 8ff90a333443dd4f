package text

import "strings"

// tongue is how mail programs in one language introduce what they quote. Words
// are divided by |.
type tongue struct {
	from, sent, to, subject string // labels of a header block
	other                   string // labels that may stand among them
	on, wrote               string // "On 5 March Ann wrote:"; on is "" where no word opens it
	original, forwarded     string // lines that announce a quote, a forwarded message
	device                  string // lines a device adds; … stands for anything, and a product's name must follow
}

// tongues lists the languages whose quoting is known.
var tongues = []tongue{{ // English
	from: "From", sent: "Sent|Date|Sent at|Date Sent", to: "To", subject: "Subject", other: "Cc|Bcc|Reply-To|Importance|Priority|Attachments|When|Where|Organization",
	on: "On", wrote: "wrote|writes", original: "Original Message|Original Email|Original E-mail|Original Appointment",
	forwarded: "Forwarded message|Forwarded Mail|Begin forwarded message",
	device:    "Sent from my…|Sent from Mail for…|Sent from Outlook…|Sent from Yahoo…|Sent from Proton…|Sent with Proton…|Sent via BlackBerry…|Sent from Samsung…|Sent from Gmail…|Get Outlook for…|Download Outlook for…",
}, { // German
	from: "Von", sent: "Gesendet|Datum|Gesendet am", to: "An", subject: "Betreff", other: "Kopie|Antwort an|Wichtigkeit|Priorität|Anlagen",
	on: "Am|Den", wrote: "schrieb|schreibt|geschrieben", original: "Ursprüngliche Nachricht|Originalnachricht|Ursprünglicher Termin|Original-Nachricht",
	forwarded: "Weitergeleitete Nachricht|Anfang der weitergeleiteten Nachricht|Anfang der weitergeleiteten E-Mail|Weitergeleitete E-Mail",
	device:    "Gesendet von meine…|Gesendet von Mail für…|Gesendet von Outlook…|Von meinem…gesendet|Diese Nachricht wurde von…gesendet|Gesendet mit der…|Gesendet mit Outlook…|Outlook für…beziehen|Outlook für…herunterladen|Holen Sie sich Outlook für…",
}, { // French
	from: "De|Expéditeur", sent: "Envoyé|Date|Envoyé le", to: "À|Destinataire", subject: "Objet|Sujet", other: "Copie à|Répondre à|Pièces jointes|Importance",
	on: "Le", wrote: "a écrit|écrit|a écrit ceci", original: "Message d'origine|Message original|Message initial|E-mail d'origine",
	forwarded: "Message transféré|Message réexpédié|Début du message transféré|Début du message réexpédié|Courriel transféré",
	device:    "Envoyé de mon…|Envoyé depuis…|Envoyé à partir de…|Envoyé avec…|Télécharger Outlook pour…|Obtenez Outlook pour…|Obtenir Outlook pour…",
}, { // Spanish
	from: "De|Remitente", sent: "Enviado|Enviado el|Fecha", to: "Para|A", subject: "Asunto", other: "Copia|Responder a|Datos adjuntos|Importancia",
	on: "El", wrote: "escribió|ha escrito|escribio", original: "Mensaje original|Correo original",
	forwarded: "Mensaje reenviado|Inicio del mensaje reenviado|Correo reenviado",
	device:    "Enviado desde…|Enviado con…|Obtener Outlook para…|Descargar Outlook para…",
}, { // Italian
	from: "Da|Mittente", sent: "Inviato|Data|Inviato il", to: "A|Destinatario", subject: "Oggetto", other: "Rispondi a|Allegati|Priorità",
	on: "Il|Il giorno|In data", wrote: "ha scritto|scrive|scriveva", original: "Messaggio originale|Messaggio originario",
	forwarded: "Messaggio inoltrato|Inizio messaggio inoltrato|Inizio del messaggio inoltrato",
	device:    "Inviato da iPhone…|Inviato da iPad…|Inviato dal mio…|Inviato da Outlook…|Inviato da Posta…|Inviato da dispositivo…|Ottieni Outlook per…|Scarica Outlook per…",
}, { // Portuguese
	from: "De|Remetente", sent: "Enviado|Enviada|Enviada em|Enviado em|Data", to: "Para", subject: "Assunto", other: "Responder a|Anexos|Prioridade",
	on: "Em|No dia|A|Às", wrote: "escreveu|escreveu o seguinte", original: "Mensagem original|Mensagem Original",
	forwarded: "Mensagem encaminhada|Mensagem reencaminhada|Início da mensagem encaminhada|Início da mensagem reenviada|Mensagem reenviada",
	device:    "Enviado do…|Enviado de…|Enviado a partir de…|Enviado através de…|Enviado via…|Obter o Outlook para…|Obter Outlook para…|Baixar o Outlook para…",
}, { // Dutch
	from: "Van|Afzender", sent: "Verzonden|Datum|Verzonden op", to: "Aan", subject: "Onderwerp", other: "Kopie|Antwoord aan|Bijlagen|Urgentie",
	on: "Op", wrote: "schreef|het volgende geschreven|geschreven", original: "Oorspronkelijk bericht|Origineel bericht|Oorspronkelijke e-mail",
	forwarded: "Doorgestuurd bericht|Begin doorgestuurd bericht|Begin van doorgestuurd bericht|Doorgestuurde e-mail",
	device:    "Verstuurd vanaf…|Verzonden vanaf…|Verzonden vanuit…|Verzonden met…|Verstuurd met…|Outlook voor…downloaden|Outlook voor…ophalen|Download Outlook voor…",
}, { // Swedish
	from: "Från", sent: "Skickat|Datum|Skickades", to: "Till", subject: "Ämne", other: "Kopia|Svara till|Bilagor|Prioritet",
	on: "Den", wrote: "skrev|skriver", original: "Ursprungligt meddelande|Originalmeddelande|Ursprungligt e-postmeddelande",
	forwarded: "Vidarebefordrat meddelande|Vidarebefordrat brev|Vidarebefordrat mejl|Påbörja vidarebefordrat brev",
	device:    "Skickat från…|Skickades från…|Skickad från…|Hämta Outlook för…|Skaffa Outlook för…",
}, { // Danish and Norwegian
	from: "Fra", sent: "Sendt|Dato", to: "Til", subject: "Emne", other: "Kopi|Svar til|Vedhæftede filer|Vedlegg|Prioritet",
	on: "Den|På", wrote: "skrev|skriver", original: "Oprindelig meddelelse|Oprindelig mail|Original meddelelse|Opprinnelig melding|Original melding|Opprinnelig e-post",
	forwarded: "Videresendt meddelelse|Videresendt besked|Videresendt melding|Start på videresendt besked|Begynd videresendt besked|Videresendt mail|Start på videresendt melding|Begynnelsen på videresendt melding|Begynn videresendt melding|Videresendt e-post",
	device:    "Sendt fra…|Sendt via…|Sendt med…|Hent Outlook til…|Hent Outlook for…|Få Outlook for…",
}, { // Finnish
	from: "Lähettäjä", sent: "Lähetetty|Päivämäärä|Päiväys|Pvm", to: "Vastaanottaja", subject: "Aihe", other: "Kopio|Vastausosoite|Liitteet",
	wrote: "kirjoitti", original: "Alkuperäinen viesti",
	forwarded: "Välitetty viesti|Edelleenlähetetty viesti|Välitetty viesti alkaa|Edelleen lähetetty viesti",
	device:    "Lähetetty…|Hanki Outlook…|Lataa Outlook…",
}, { // Polish
	from: "Od", sent: "Wysłano|Wysłane|Data|Data wysłania", to: "Do", subject: "Temat", other: "DW|UDW|Odpowiedź do|Załączniki|Ważność",
	on: "W dniu|Dnia", wrote: "napisał(a)|napisał|napisała|pisze|napisano|napisana przez", original: "Oryginalna wiadomość|Wiadomość oryginalna|Pierwotna wiadomość",
	forwarded: "Wiadomość przekazana dalej|Przekazana wiadomość|Wiadomość przekazana|Początek przekazywanej wiadomości|Treść przekazanej wiadomości|Przesłana wiadomość",
	device:    "Wysłane z…|Wysłano z…|Pobierz Outlook…|Pobierz program Outlook…|Pobierz aplikację Outlook…",
}, { // Czech
	from: "Od", sent: "Odesláno|Datum|Posláno", to: "Komu", subject: "Předmět", other: "Kopie|Odpověď|Přílohy|Důležitost",
	on: "Dne", wrote: "napsal(a)|napsal|napsala|píše", original: "Původní zpráva|Původní e-mail|Originální zpráva",
	forwarded: "Přeposlaná zpráva|Začátek přeposílané zprávy|Začátek přeposlané zprávy|Přeposlaný e-mail",
	device:    "Odesláno z…|Odesláno ze…|Získat Outlook pro…|Stáhnout Outlook pro…|Získejte Outlook pro…",
}, { // Russian
	from: "От|От кого|Отправитель", sent: "Отправлено|Дата|Послано", to: "Кому", subject: "Тема", other: "Копия|Ответить|Вложения|Важность",
	wrote: "написал|написала|написал(а)|пишет|писал|писал(а)", original: "Исходное сообщение|Оригинальное сообщение|Первоначальное сообщение|Исходное письмо",
	forwarded: "Пересылаемое сообщение|Переадресованное сообщение|Перенаправленное сообщение|Начало переадресованного сообщения|Пересланное сообщение|Начало пересылаемого сообщения|Начало переадресованного письма",
	device:    "Отправлено с…|Отправлено из…|Отправлено через…|Получить Outlook для…|Скачать Outlook для…",
}, { // Turkish
	from: "Kimden|Gönderen", sent: "Gönderildi|Gönderme Tarihi|Gönderilme Tarihi|Tarih|Gönderim Tarihi", to: "Kime|Alıcı", subject: "Konu", other: "Bilgi|Yanıt|Ekler|Önem",
	wrote: "şunu yazdı|şunları yazdı|yazdı|tarihinde şöyle yazdı", original: "Özgün İleti|Orijinal Mesaj|Orijinal İleti|Orijinal e-posta|Asıl İleti",
	forwarded: "Yönlendirilmiş ileti|Yönlendirilen ileti|İletilen mesaj|İletilmiş mesaj|İletilen ileti başlangıcı|Yönlendirilen mesaj|İletilen ileti|İletinin başlangıcı",
	device:    "iPhone…gönderildi|iPad…gönderildi|Android…gönderildi|Samsung…gönderildi|iOS için…edinin|Android için…edinin|iOS için…alın|Android için…alın",
}, { // Japanese
	from: "差出人|送信者|送信元", sent: "送信日時|送信日|日付|日時", to: "宛先", subject: "件名", other: "返信先|添付ファイル|重要度",
	wrote: "のメール|のメッセージ|が書きました|は書きました|が書いた|のメールで", original: "元のメッセージ|オリジナルメッセージ|元のメール",
	forwarded: "転送されたメッセージ|転送メッセージ|転送されたメール|転送メール|転送されたメッセージの開始",
	device:    "iPhone…から送信|iPadから送信|iPhoneから送信|Androidから送信|Outlook for…入手|…Outlook を入手",
}, { // Chinese, simplified and traditional
	from: "发件人|寄件者|寄件人", sent: "发送时间|发送日期|日期|时间|寄件日期|傳送時間|寄件時間|時間", to: "收件人|收件者", subject: "主题|主旨|主題", other: "抄送|密送|副本|答复|附件|重要性",
	on: "在|于|於", wrote: "写道|寫道|写到", original: "原始邮件|邮件原件|原始信息|原邮件|原始郵件|原始訊息|原始信件",
	forwarded: "转发的邮件|转发邮件|转发邮件信息|开始转发的邮件|下面是被转发的邮件|转发的消息|被转发邮件信息|轉寄的郵件|轉寄郵件|開始轉寄郵件|轉寄的訊息|以下是轉寄的郵件",
	device:    "发自我的…|发送自我的…|从我的…发送|發自我的…|從我的…傳送|傳送自…|获取 Outlook…|下载 Outlook…|取得 Outlook…|获取适用于…",
}}

// field is what a label of a header block stands for.
type field byte

const (
	noField field = iota
	fromField
	sentField
	toField
	subjectField
	otherField
)

// lexicon is the words of every language, folded, ready for looking up.
type lexicon struct {
	labels              map[string]field
	original, forwarded map[string]bool
	on, wrote           []string
	device              [][2]string // how the line begins and ends
}

// lex is built once and never changed.
var lex = newLexicon(tongues)

func newLexicon(ts []tongue) lexicon {
	l := lexicon{labels: map[string]field{"cc": otherField, "bcc": otherField, "cci": otherField, "ccn": otherField},
		original: map[string]bool{}, forwarded: map[string]bool{}}
	for _, t := range ts {
		for f, list := range map[field]string{fromField: t.from, sentField: t.sent, toField: t.to, subjectField: t.subject, otherField: t.other} {
			each(list, func(w string) { l.labels[w] = f })
		}
		each(t.original, func(w string) { l.original[w] = true })
		each(t.forwarded, func(w string) { l.forwarded[w] = true })
		each(t.on, func(w string) { l.on = append(l.on, spaced(w)) })
		each(t.wrote, func(w string) { l.wrote = append(l.wrote, spaced(w)) })
		each(t.device, func(w string) {
			begin, end, _ := strings.Cut(w, "...") // Fold writes … as three dots
			l.device = append(l.device, [2]string{begin, end})
		})
	}
	return l
}

// each calls f with each word of list, folded.
func each(list string, f func(string)) {
	for w := range strings.SplitSeq(list, "|") {
		if w != "" {
			f(key(w))
		}
	}
}

// key returns a word or line as it is looked up.
func key(s string) string { return strings.ReplaceAll(Fold(s), "’", "'") }

// spaced sets a word between blanks, so that it is found only as a whole word;
// Japanese and Chinese know none.
func spaced(w string) string {
	if w[0] >= 0xe3 {
		return w
	}
	return " " + w + " "
}
