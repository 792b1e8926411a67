//! What a file is, by its content: its name and what its sender says of it prove nothing.

use frontdesk_actors::FileKind;

/// A type of files that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Type {
    /// Its media type.
    pub media_type: &'static str,
    /// What it counts for.
    pub kind: FileKind,
    /// How its names end; the first one is put behind those that end otherwise.
    pub extensions: &'static [&'static str],
}

const fn of(kind: FileKind, media_type: &'static str, extensions: &'static [&'static str]) -> Type {
    Type {
        media_type,
        kind,
        extensions,
    }
}

/// Text, which has no signature to be known by.
const TEXT: Type = of(FileKind::Documents, "text/plain", &["txt", "csv", "md", "log"]);

/// Everything that is ever taken. Nothing here is shown by a browser as a page of its own, but for
/// PDF, which is not shown from our address either.
const TYPES: &[Type] = &[
    of(FileKind::Images, "image/jpeg", &["jpg", "jpeg"]),
    of(FileKind::Images, "image/png", &["png"]),
    of(FileKind::Images, "image/webp", &["webp"]),
    of(FileKind::Images, "image/gif", &["gif"]),
    of(FileKind::Images, "image/heif", &["heic", "heif"]),
    of(FileKind::Images, "image/avif", &["avif"]),
    of(FileKind::Documents, "application/pdf", &["pdf"]),
    of(
        FileKind::Documents,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        &["docx"],
    ),
    of(
        FileKind::Documents,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        &["xlsx"],
    ),
    of(
        FileKind::Documents,
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        &["pptx"],
    ),
    of(FileKind::Documents, "application/vnd.oasis.opendocument.text", &["odt"]),
    of(
        FileKind::Documents,
        "application/vnd.oasis.opendocument.spreadsheet",
        &["ods"],
    ),
    TEXT,
    of(FileKind::Audio, "audio/mpeg", &["mp3"]),
    of(FileKind::Audio, "audio/m4a", &["m4a"]),
    of(FileKind::Audio, "audio/ogg", &["ogg", "oga"]),
    of(FileKind::Audio, "audio/opus", &["opus", "ogg"]),
    of(FileKind::Audio, "audio/aac", &["aac"]),
    of(FileKind::Audio, "audio/amr", &["amr"]),
    of(FileKind::Audio, "audio/x-wav", &["wav"]),
    of(FileKind::Video, "video/mp4", &["mp4", "m4v"]),
    of(FileKind::Video, "video/x-m4v", &["m4v", "mp4"]),
    of(FileKind::Video, "video/quicktime", &["mov", "qt"]),
    of(FileKind::Video, "video/webm", &["webm"]),
];

/// What a file is that begins like this; `is_whole` when this is all of it. `None` for what is not
/// taken: programs, pages, archives, and whatever nobody knows.
#[must_use]
pub fn recognise(beginning: &[u8], is_whole: bool) -> Option<Type> {
    match infer::get(beginning) {
        Some(known) => TYPES
            .iter()
            .find(|taken| taken.media_type == known.mime_type())
            .copied(),
        None => (is_whole && is_text(beginning)).then_some(TEXT),
    }
}

/// How the names of all files of some kinds end, as `<input accept>` takes it.
#[must_use]
pub fn accept(kinds: &[FileKind]) -> String {
    let taken = TYPES.iter().filter(|taken| kinds.contains(&taken.kind));
    let mut endings: Vec<&str> = taken.flat_map(|taken| taken.extensions).copied().collect();
    endings.sort_unstable();
    endings.dedup();
    endings
        .iter()
        .map(|ending| format!(".{ending}"))
        .collect::<Vec<_>>()
        .join(",")
}

/// Words and nothing that a program would take for more.
fn is_text(content: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(content) else {
        return false;
    };
    let is_markup = text.trim_start_matches('\u{feff}').trim_start().starts_with('<');
    let is_printable = |letter: char| !letter.is_control() || matches!(letter, '\n' | '\r' | '\t');
    !is_markup && text.trim_start_matches('\u{feff}').chars().all(is_printable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media_type(content: &[u8]) -> Option<&'static str> {
        recognise(content, true).map(|taken| taken.media_type)
    }

    #[test]
    fn files_are_known_by_their_content() {
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n0000"), Some("image/png"));
        assert_eq!(media_type(b"\xff\xd8\xff\xe0<script>"), Some("image/jpeg"));
        assert_eq!(
            media_type(b"%PDF-1.7 <script>alert(1)</script>"),
            Some("application/pdf")
        );
        assert_eq!(media_type("name;телефон\nAna;555".as_bytes()), Some("text/plain"));
    }

    #[test]
    fn pages_programs_and_riddles_are_not_taken() {
        let refused: [&[u8]; 9] = [
            b"<!DOCTYPE html><script>alert(1)</script>",
            b"\n  <svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"\xef\xbb\xbf<x:script xmlns:x='http://www.w3.org/1999/xhtml'/>",
            b"<?xml version=\"1.0\"?><a/>",
            b"MZ\x90\0\x03\0\0\0",
            b"#!/bin/sh\nrm -rf /",
            b"PK\x03\x04\x14\0\0\0\x08\0archive",
            b"\0\x01\x02\x03riddle",
            b"text with \x1b[31m a terminal's command",
        ];
        for content in refused {
            assert_eq!(media_type(content), None, "{}", content.escape_ascii());
        }
        assert_eq!(recognise(b"words without an end", false), None);
    }

    #[test]
    fn every_type_has_a_name_of_its_own() {
        for taken in TYPES {
            assert!(!taken.extensions.is_empty(), "{}", taken.media_type);
            let same = TYPES.iter().filter(|other| other.media_type == taken.media_type);
            assert_eq!(same.count(), 1, "{}", taken.media_type);
        }
        assert_eq!(
            accept(&[FileKind::Documents]),
            ".csv,.docx,.log,.md,.ods,.odt,.pdf,.pptx,.txt,.xlsx"
        );
    }
}
