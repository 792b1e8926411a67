//! The ways in: one folder per channel, with its wire types, its parser and its loop. What a
//! channel's provider calls things stops at the edge of its folder.

pub mod web_chat;
