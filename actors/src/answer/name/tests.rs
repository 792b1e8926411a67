use super::*;

fn is_read_as(message: &str, name: &str) {
    assert_eq!(read(message, &Asked::Name).as_deref(), Ok(name), "{message}");
}

#[test]
fn introductions_are_understood() {
    is_read_as("Sure, it's John Smith", "John Smith");
    is_read_as("me llamo Ana", "Ana");
    is_read_as("soy la Sra. García López de Acme", "García López");
    is_read_as("мене звати Олена Коваленко", "Олена Коваленко");
    is_read_as("my wife's name is Mary but I'm Tom", "Tom");
    is_read_as("booking under Garcia", "Garcia");
}

#[test]
fn bare_replies_are_names_in_any_script() {
    for name in [
        "John Smith",
        "Will",
        "Роза",
        "李伟",
        "Nguyễn Văn An",
        "Juana de la Cruz",
    ] {
        is_read_as(name, name);
    }
    is_read_as("john mcdonald", "John McDonald");
}

#[test]
fn spelling_and_corrections_are_applied() {
    is_read_as("J-O-N", "Jon");
    is_read_as("John, sorry, I mean Jane", "Jane");
    is_read_as("no wait, Jon without the h", "Jon");
    is_read_as("John without the h", "Jon");
    is_read_as("John Smith, S-M-Y-T-H", "John Smyth");
}

#[test]
fn phrases_are_no_names() {
    for message in [
        "I want to book for 10",
        "hello",
        "what?",
        "yes",
        "a@b.com",
        "5551234",
        "SMS Lead 1234",
        "@handle",
    ] {
        assert!(read(message, &Asked::Name).is_err(), "{message}");
    }
    assert!(read("I'm hungry", &Asked::Open).is_err());
}
