//! The platform's door: who is believed, what is understood, and what is answered over real HTTP.

mod callback;
mod door;
mod stand;
mod verify;
