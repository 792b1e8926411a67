//! Tables for spreadsheets, in which nothing that people wrote is a formula: comma-separated lines, and
//! Excel files, where every cell is a text.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

/// Tells spreadsheets that the letters of comma-separated lines are UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";
/// The media type of an Excel file.
pub const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Rows of an Excel file, the head apart. Excel itself ends at 1,048,576.
pub const ROWS_MAX: u32 = 100_000;
/// Characters of a cell; Excel refuses more.
const CELL_CHARACTERS_MAX: usize = 32_767;
/// The width of a column, in characters.
const COLUMN_WIDTH: u16 = 22;

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

/// A table as an Excel file. Rows go to a temporary file as they come, so that long ones fit.
pub struct Table {
    workbook: Workbook,
    rows: u32,
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table")
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl Table {
    /// A table with its head.
    ///
    /// # Errors
    ///
    /// The temporary file cannot be written.
    pub fn new(header: &[&str]) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        let bold = Format::new().set_bold();
        let sheet: &mut Worksheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, name) in (0..).zip(header) {
            sheet.set_column_width(column, COLUMN_WIDTH)?;
            sheet.write_string_with_format(0, column, *name, &bold)?;
        }
        Ok(Self { workbook, rows: 0 })
    }

    /// Adds a row; `false` when the table is full.
    ///
    /// # Errors
    ///
    /// The temporary file cannot be written.
    pub fn push<T: AsRef<str>>(&mut self, fields: impl IntoIterator<Item = T>) -> Result<bool, XlsxError> {
        if self.rows == ROWS_MAX {
            return Ok(false);
        }
        self.rows += 1;
        let sheet = self.workbook.worksheet_from_index(0)?;
        for (column, field) in (0..).zip(fields) {
            let field = field.as_ref();
            let end = field
                .char_indices()
                .nth(CELL_CHARACTERS_MAX)
                .map_or(field.len(), |(end, _)| end);
            // Never read for what it might mean: a text is written as a text.
            sheet.write_string(self.rows, column, &field[..end])?;
        }
        Ok(true)
    }

    /// The file.
    ///
    /// # Errors
    ///
    /// The temporary file cannot be read.
    pub fn finish(mut self) -> Result<Vec<u8>, XlsxError> {
        self.workbook.save_to_buffer()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use super::*;

    /// The parts of the file that hold cells.
    fn parts(file: Vec<u8>) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
        let mut all = String::new();
        for name in ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"] {
            if let Ok(mut part) = archive.by_name(name) {
                part.read_to_string(&mut all).unwrap();
            }
        }
        all
    }

    #[test]
    fn an_excel_file_holds_texts_and_no_formulas() {
        let mut table = Table::new(&["name", "phone"]).unwrap();
        for row in [
            ["=HYPERLINK(\"x\")", "+14155550100"],
            ["@sum <b>", ""],
            [&"я".repeat(40_000), "-1"],
        ] {
            assert!(table.push(row).unwrap());
        }
        let parts = parts(table.finish().unwrap());
        for text in ["=HYPERLINK(", "+14155550100", "@sum &lt;b&gt;", "name"] {
            assert!(parts.contains(text), "{text} in {}", &parts[..parts.len().min(2_000)]);
        }
        assert!(!parts.contains("<f>") && !parts.contains("<f "), "no cell is a formula");
        assert_eq!(parts.matches('я').count(), CELL_CHARACTERS_MAX);
    }

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
