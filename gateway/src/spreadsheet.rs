//! Tables for spreadsheets: comma-separated lines in which nothing that people wrote is a formula.

/// What makes a spreadsheet take a cell for a formula.
const FORMULA_STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A line, its end included.
pub fn line<T: AsRef<str>>(fields: impl IntoIterator<Item = T>) -> String {
    let cells: Vec<String> = fields.into_iter().map(|field| cell(field.as_ref())).collect();
    format!("{}\r\n", cells.join(","))
}

/// One cell: quoted, and no formula. A phone number keeps its plus.
fn cell(text: &str) -> String {
    let is_phone = text
        .strip_prefix('+')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()));
    let guard = if text.starts_with(FORMULA_STARTS) && !is_phone {
        "'"
    } else {
        ""
    };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula() {
        for (text, expected) in [
            ("Ana", "\"Ana\""),
            ("Ana \"Nana\" Reyes", "\"Ana \"\"Nana\"\" Reyes\""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("@sum", "\"'@sum\""),
            ("＝1", "\"'＝1\""),
            ("-1+1", "\"'-1+1\""),
            ("\t=1", "\"'\t=1\""),
            ("+14155550100", "\"+14155550100\""),
            ("+1+cmd", "\"'+1+cmd\""),
            ("", "\"\""),
        ] {
            assert_eq!(cell(text), expected);
        }
    }

    #[test]
    fn cells_of_a_line_are_apart() {
        assert_eq!(line(["a,b", "two\nlines", ""]), "\"a,b\",\"two\nlines\",\"\"\r\n");
    }
}
