//! The REST commands that the simulated platform knows.

/// One command, named as in its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Command {
    Modify,
    History,
    Send,
    Recall,
    Roles,
    Groups,
}

impl Command {
    pub const ALL: [Self; 6] =
        [Self::Modify, Self::History, Self::Send, Self::Recall, Self::Roles, Self::Groups];

    /// The path after `/v4/`.
    pub fn path(self) -> &'static str {
        match self {
            Self::Modify => "openim/modify_group_msg",
            Self::History => "group_open_http_svc/group_msg_get_simple",
            Self::Send => "group_open_http_svc/send_group_msg",
            Self::Recall => "group_open_http_svc/group_msg_recall",
            Self::Roles => "group_open_http_svc/get_role_in_group",
            Self::Groups => "group_open_http_svc/get_appid_group_list",
        }
    }

    /// The path without its service.
    pub fn as_str(self) -> &'static str {
        self.path().rsplit('/').next().unwrap_or_default()
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|command| command.as_str() == name)
    }

    pub(super) fn at(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|command| command.path() == path)
    }
}
