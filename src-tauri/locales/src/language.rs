//! Which language to speak.

use unic_langid::{LanguageIdentifier, langid};

/// A language that Slipway speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    ZhCn,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::En, Self::ZhCn];

    /// The name used in `--lang` and for the folder of the Fluent files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhCn => "zh-CN",
        }
    }

    /// The language of a locale's name, as systems write them: `zh-CN`, `zh_CN.UTF-8`, `en`, `C`.
    /// `None`: a language that Slipway does not speak.
    pub fn of_locale(locale: &str) -> Option<Self> {
        let language = locale.split(['-', '_', '.', '@']).next().unwrap_or_default();
        match language.to_ascii_lowercase().as_str() {
            "zh" => Some(Self::ZhCn),
            "en" | "c" | "posix" => Some(Self::En),
            _ => None,
        }
    }

    /// The language of this user's session: `LC_ALL`, `LC_MESSAGES` and `LANG` in the order of POSIX, then what
    /// the system's own settings say. English where that is none of ours.
    pub fn of_system() -> Self {
        let said = ["LC_ALL", "LC_MESSAGES", "LANG"].map(|name| std::env::var(name).ok());
        Self::decide(said, sys_locale::get_locale)
    }

    /// The first of the variables that says something decides; without one, the system's settings.
    fn decide(variables: [Option<String>; 3], settings: impl FnOnce() -> Option<String>) -> Self {
        variables
            .into_iter()
            .flatten()
            .find(|locale| !locale.is_empty())
            .or_else(settings)
            .and_then(|locale| Self::of_locale(&locale))
            .unwrap_or_default()
    }

    pub(crate) const fn identifier(self) -> LanguageIdentifier {
        match self {
            Self::En => langid!("en"),
            Self::ZhCn => langid!("zh-CN"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_of_any_system_names_its_language() {
        for locale in ["zh-CN", "zh_CN.UTF-8", "zh", "zh-Hans-CN", "ZH_cn@pinyin"] {
            assert_eq!(Language::of_locale(locale), Some(Language::ZhCn), "{locale}");
        }
        for locale in ["en", "en-US", "en_GB.UTF-8", "C", "C.UTF-8", "POSIX"] {
            assert_eq!(Language::of_locale(locale), Some(Language::En), "{locale}");
        }
        for locale in ["de_DE.UTF-8", "", "zhuang"] {
            assert_eq!(Language::of_locale(locale), None, "{locale}");
        }
    }

    #[test]
    fn the_first_variable_that_says_something_decides() {
        let said = |all: &str, messages: &str, lang: &str| {
            Language::decide([all, messages, lang].map(|value| Some(value.to_owned())), || None)
        };
        assert_eq!(said("zh_CN.UTF-8", "en_US.UTF-8", "en_US.UTF-8"), Language::ZhCn);
        assert_eq!(said("", "en_US.UTF-8", "zh_CN.UTF-8"), Language::En);
        assert_eq!(said("", "", "zh_CN.UTF-8"), Language::ZhCn);
        assert_eq!(said("", "", "de_DE.UTF-8"), Language::En);
    }

    #[test]
    fn without_variables_the_systems_settings_decide() {
        assert_eq!(Language::decide([None, None, None], || Some("zh-Hans-CN".into())), Language::ZhCn);
        assert_eq!(Language::decide([None, None, None], || None), Language::En);
    }
}
