//! The text fields of a `multipart/form-data` body (RFC 7578), for providers that post forms so.

use axum::http::header;

use super::Request;

/// Fields of one body.
const FIELDS_MAX: usize = 200;

/// The fields by name, decoded, in their order; `None` when the body is no such form.
pub fn fields(request: &Request) -> Option<Vec<(String, String)>> {
    let boundary = boundary(request.header(header::CONTENT_TYPE.as_str())?)?;
    let body = String::from_utf8_lossy(&request.body);
    let delimiter = format!("--{boundary}");
    let mut fields = Vec::new();
    // What stands before the first delimiter means nothing.
    for part in body.split(delimiter.as_str()).skip(1) {
        if part.starts_with("--") {
            return Some(fields);
        }
        let (head, content) = part.strip_prefix("\r\n")?.split_once("\r\n\r\n")?;
        if fields.len() == FIELDS_MAX {
            return None;
        }
        if let Some(name) = name(head) {
            let content = content.strip_suffix("\r\n").unwrap_or(content);
            fields.push((name, content.to_owned()));
        }
    }
    // The last delimiter is missing: the body was cut off.
    None
}

fn boundary(content_type: &str) -> Option<String> {
    let (media_type, parameters) = content_type.split_once(';')?;
    if !media_type.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let found = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.trim().split_once('=')?;
        name.eq_ignore_ascii_case("boundary").then(|| value.trim_matches('"'))
    })?;
    (1..=70).contains(&found.len()).then(|| found.to_owned())
}

/// The name in `Content-Disposition: form-data; name="text"`.
fn name(head: &str) -> Option<String> {
    let line = head.split("\r\n").find(|line| {
        line.get(..20)
            .is_some_and(|start| start.eq_ignore_ascii_case("content-disposition:"))
    })?;
    line.split(';').find_map(|parameter| {
        let (name, value) = parameter.trim().split_once('=')?;
        name.eq_ignore_ascii_case("name")
            .then(|| value.trim_matches('"').to_owned())
    })
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, Method, Uri};
    use bytes::Bytes;

    use super::*;

    fn request(content_type: &str, body: &str) -> Request {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(content_type).unwrap());
        Request {
            method: Method::POST,
            uri: Uri::from_static("/"),
            headers,
            body: Bytes::copy_from_slice(body.as_bytes()),
        }
    }

    #[test]
    fn text_fields_are_read() {
        let body = "--b\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n17\r\n\
                    --b\r\ncontent-disposition: form-data; name=\"text\"\r\nContent-Type: text/plain\r\n\r\n\
                    two\r\nlines\r\n--b--\r\n";
        let read = fields(&request("multipart/form-data; boundary=b", body)).unwrap();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(read, [pair("id", "17"), pair("text", "two\r\nlines")]);
    }

    #[test]
    fn what_is_cut_off_or_something_else_is_no_form() {
        let cut = "--b\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n17\r\n";
        for (content_type, body) in [
            ("multipart/form-data; boundary=b", cut),
            ("multipart/form-data; boundary=b", ""),
            ("multipart/form-data", cut),
            ("multipart/mixed; boundary=b", "--b--"),
            ("multipart/form-data; boundary=", "--"),
        ] {
            assert_eq!(fields(&request(content_type, body)), None, "{content_type} {body}");
        }
    }
}
