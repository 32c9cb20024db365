//! A card as HTML that mail clients show: tables, inline styles, nothing from elsewhere. What is in `<style>` only makes
//! it better where a client reads that: dark where the reader's screen is, wide buttons on a phone.

use super::{DECLINE, footer, link, words};
use countersign_engine::card::{Button, ButtonStyle, Card, Kind, Mark, Span, StepLine, Text, Tone};

const FONT: &str = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";
const INK: &str = "#1c2128";
const SOFT: &str = "#57606a";
const RULE: &str = "#d8dee4";

const STYLE: &str = "\
:root{color-scheme:light dark;supported-color-schemes:light dark}\
@media (prefers-color-scheme:dark){\
.page{background:#0d1117!important}.card{background:#161b22!important;border-color:#30363d!important}\
.ink{color:#e6edf3!important}.soft{color:#9da7b1!important}.rule{border-color:#30363d!important}\
.plain{background:#21262d!important}.plain a{color:#e6edf3!important}}\
@media (max-width:480px){.pad{padding:20px 16px!important}.press{margin:0 0 10px 0!important}.press,.press tbody,.press tr,.press td,.press a{display:block!important}\
.press a{text-align:center!important}}";

/// The HTML part. `public_url` is where the console is, without a slash at the end.
pub fn html(card: &Card, public_url: &str) -> String {
    let title = escaped(&words::calm(&card.summary));
    let body = body(card, public_url);
    let accent = accent(card.tone);
    let footer = escaped(&words::calm(&footer(public_url)));
    let decline = match card.kind {
        Kind::Reminder => {
            let href = escaped(&link::notifications(public_url));
            format!("<br>{DECLINE} <a class=\"soft\" href=\"{href}\" style=\"color:{SOFT};\">Your notifications</a>")
        }
        _ => String::new(),
    };
    format!(
        "<!doctype html>\n<html lang=\"en\" dir=\"ltr\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"supported-color-schemes\" content=\"light dark\">\n\
         <meta name=\"format-detection\" content=\"telephone=no, date=no, address=no, email=no, url=no\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body class=\"page\" style=\"margin:0;padding:0;background:#f6f8fa;\">\n\
         <div style=\"display:none;max-height:0;overflow:hidden;mso-hide:all;\">{title}</div>\n\
         <table role=\"presentation\" class=\"page\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
         style=\"background:#f6f8fa;\"><tr><td align=\"center\" style=\"padding:16px 8px;\">\n\
         <table role=\"presentation\" class=\"card\" width=\"600\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
         style=\"width:100%;max-width:600px;background:#ffffff;border:1px solid {RULE};border-radius:8px;\">\n\
         <tr><td style=\"height:4px;line-height:4px;font-size:0;background:{accent};border-radius:8px 8px 0 0;\">&nbsp;</td></tr>\n\
         <tr><td class=\"pad\" style=\"padding:24px 28px;\">\n{body}</td></tr>\n</table>\n\
         <p class=\"soft\" style=\"{FONT}max-width:600px;margin:12px auto 0;padding:0 8px;color:{SOFT};font-size:12px;\
         line-height:18px;text-align:left;\">{footer}{decline}</p>\n\
         </td></tr></table>\n</body>\n</html>\n"
    )
}

fn body(card: &Card, public_url: &str) -> String {
    let mut out = paragraph(&marked(&card.title), "ink", 20, 28, "0 0 4px");
    if !card.lead.0.is_empty() {
        out += &paragraph(&marked(&card.lead), "ink", 16, 24, "0 0 12px");
    }
    if let Some(quote) = &card.quote {
        out += &format!(
            "<p class=\"soft rule\" dir=\"auto\" style=\"{FONT}margin:0 0 16px;padding:2px 0 2px 12px;border-left:3px solid \
             {RULE};color:{SOFT};font-size:16px;line-height:24px;word-break:break-word;\">{}</p>\n",
            escaped(words::calm(quote).trim())
        );
    }
    for (label, value) in &card.fields {
        let line = format!("<span class=\"soft\" style=\"color:{SOFT};\">{}:</span> ", escaped(&words::calm(label)));
        out += &paragraph(&(line + &marked(value)), "ink", 15, 22, "0 0 8px");
    }
    if !card.steps.is_empty() {
        let steps: String = card.steps.iter().map(step).collect();
        out += &format!(
            "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
             style=\"margin:8px 0 12px;\">\n{steps}</table>\n"
        );
    }
    for note in &card.notes {
        out += &paragraph(&marked(note), "soft", 13, 20, "0 0 4px");
    }
    if !card.buttons.is_empty() {
        let buttons: String = card.buttons.iter().map(|b| button(b, public_url)).collect();
        out += &format!("<div style=\"margin:16px 0 0;\">\n{buttons}</div>\n");
    }
    out
}

fn paragraph(inner: &str, class: &str, size: u8, height: u8, margin: &str) -> String {
    let color = if class == "ink" { INK } else { SOFT };
    format!(
        "<p class=\"{class}\" style=\"{FONT}margin:{margin};color:{color};font-size:{size}px;line-height:{height}px;\
         word-break:break-word;\">{inner}</p>\n"
    )
}

fn step(step: &StepLine) -> String {
    let (symbol, color) = match step.mark {
        Mark::Passed => ("✓", "#1a7f37"),
        Mark::Stopped => ("✗", "#cf222e"),
        Mark::Blocked => ("!", "#cf222e"),
        Mark::Open => ("●", "#9a6700"),
        Mark::Ahead | Mark::Skipped => ("○", "#6e7781"),
    };
    let text = match step.mark {
        Mark::Ahead | Mark::Skipped => paragraph(&marked(&step.text), "soft", 14, 21, "0"),
        _ => paragraph(&marked(&step.text), "ink", 14, 21, "0"),
    };
    let below: String = step.below.iter().map(|line| paragraph(&marked(line), "soft", 13, 20, "0")).collect();
    format!(
        "<tr><td class=\"rule\" width=\"24\" valign=\"top\" style=\"{FONT}padding:8px 0;border-top:1px solid {RULE};\
         color:{color};font-size:14px;line-height:21px;font-weight:bold;\">{symbol}</td>\
         <td class=\"rule\" valign=\"top\" style=\"padding:8px 0;border-top:1px solid {RULE};\">{text}{below}</td></tr>\n"
    )
}

/// A table, since Outlook shows neither padding nor colour on a link. Where both are shown, all of it can be pressed.
fn button(button: &Button, public_url: &str) -> String {
    let (class, back, front) = match button.style {
        ButtonStyle::Primary => ("", "#1f883d", "#ffffff"),
        ButtonStyle::Danger => ("", "#cf222e", "#ffffff"),
        ButtonStyle::Plain => ("plain", "#eaeef2", INK),
    };
    let (href, label) = (escaped(&link::of(button, public_url)), escaped(&words::calm(&button.label)));
    format!(
        "<table role=\"presentation\" class=\"press\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
         style=\"display:inline-block;margin:0 8px 8px 0;vertical-align:top;\"><tr><td class=\"{class}\" bgcolor=\"{back}\" \
         style=\"border-radius:6px;background:{back};mso-padding-alt:11px 20px;\"><a href=\"{href}\" style=\"{FONT}\
         display:inline-block;padding:11px 20px;color:{front};font-size:16px;line-height:22px;font-weight:bold;\
         text-decoration:none;\">{label}</a></td></tr></table>\n"
    )
}

fn marked(text: &Text) -> String {
    let piece = |span: &Span| {
        let words = escaped(&words::span(span));
        match span {
            Span::Strong(_) | Span::Person(_) => format!("<strong>{words}</strong>"),
            Span::Code(_) => {
                format!("<code style=\"font-family:Consolas,Menlo,monospace;font-size:14px;\">{words}</code>")
            }
            Span::Plain(_) | Span::Moment(_) => words,
        }
    };
    text.0.iter().map(piece).collect()
}

fn accent(tone: Tone) -> &'static str {
    match tone {
        Tone::Waiting => "#d4a72c",
        Tone::Good => "#1a7f37",
        Tone::Bad => "#cf222e",
        Tone::Quiet => "#8c959f",
        Tone::Alarm => "#a40e26",
    }
}

fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
