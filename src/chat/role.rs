//! What somebody is in a group.

/// A role in a group; one that we do not know counts as no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Owner,
    Admin,
    Member,
    /// Not in the group, or of a role without a meaning to us.
    None,
}
