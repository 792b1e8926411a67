//! actors
pub mod answer;
pub mod interrupts;
