//! The widget's sources without what only their authors read: a visitor on a bad connection pays for
//! every byte. It is done once, at start, and needs no build step and no knowledge of the languages
//! beyond the habits that the sources keep: comments stand on lines of their own or are types within
//! one, and no text goes over several lines.

/// A script or style sheet as it is served, by the ending of its name.
pub fn slim(name: &str, source: &str) -> String {
    let lines = without_comments(source);
    match name.ends_with(".css") {
        true => without_spaces(&lines),
        false => lines,
    }
}

/// Without comments, indentation and empty lines. Lines end where they did, since a line's end may
/// end a statement.
fn without_comments(source: &str) -> String {
    let mut bare = String::with_capacity(source.len());
    let mut is_comment = false;
    for line in source.lines() {
        let text = line.trim_start();
        let start = bare.len();
        is_comment |= text.starts_with("/*");
        if is_comment {
            // Code may follow a comment, such as the type of an expression.
            if let Some((_, code)) = text.split_once("*/") {
                is_comment = false;
                push_without_types(&mut bare, code.trim_start());
            }
        } else if !text.starts_with("//") {
            push_without_types(&mut bare, text);
        }
        if bare.len() > start {
            bare.push('\n');
        }
    }
    bare
}

/// A line of code without the types that it casts to.
fn push_without_types(bare: &mut String, mut code: &str) {
    while let Some((before, cast)) = code.split_once("/** @type ") {
        let Some((_, after)) = cast.split_once("*/") else { break };
        bare.push_str(before);
        code = after.trim_start();
    }
    bare.push_str(code.trim_end());
}

/// A style sheet without the spaces that part nothing.
fn without_spaces(source: &str) -> String {
    let parts_by_itself = |symbol: char| matches!(symbol, '{' | '}' | ';' | ',' | '>');
    let mut dense = String::with_capacity(source.len());
    let mut is_after_space = false;
    for symbol in source.chars() {
        if symbol.is_whitespace() {
            is_after_space = true;
            continue;
        }
        let is_parted = |last: char| last == ':' || parts_by_itself(last);
        if is_after_space && !parts_by_itself(symbol) && !dense.ends_with(is_parted) {
            dense.push(' ');
        }
        if symbol == '}' && dense.ends_with(';') {
            dense.pop();
        }
        dense.push(symbol);
        is_after_space = false;
    }
    dense
}

#[cfg(test)]
mod tests {
    use super::slim;

    #[test]
    fn a_script_keeps_its_code_and_the_ends_of_its_lines() {
        let source = "/** What.\n * Why.\n */\nconst a = 'x // y'; // why\n\n  // gone\n  /** @type {A} */ (b) /* c */;\n\
                      /* d */\nconst at = `${a}//${b}`;\nconst c = /** @type {A} */ (/** @type {unknown} */ (b))  \n  .d;\n";
        let expected = "const a = 'x // y'; // why\n(b) /* c */;\nconst at = `${a}//${b}`;\nconst c = ((b))\n.d;\n";
        assert_eq!(slim("a.js", source), expected);
    }

    #[test]
    fn a_style_sheet_keeps_the_spaces_that_mean_something() {
        let source = "/* Why. */\n@media (max-width: 10px) and (hover) {\n  .a > .b .c,\n  .d :hover {\n    margin: 0 auto;\n    \
                      width: calc(1px + 2px);\n    content: '';\n  }\n}\n\n:host {\n  --x: a, b;\n}\n";
        let expected = "@media (max-width:10px) and (hover){.a>.b .c,.d :hover{margin:0 auto;width:calc(1px + 2px);content:''}}\
                    :host{--x:a,b}";
        assert_eq!(slim("a.css", source), expected);
    }
}
