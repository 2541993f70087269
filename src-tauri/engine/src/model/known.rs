//! Which classes and functions a model file may name. The list of what is safe is the one that protects: what is in
//! neither list is reported too. The list of dangers only says which reports are beyond doubt.
//!
//! Gathered from what scikit-learn 1.2 to 1.6, numpy 1 and 2, pandas 2, scipy, XGBoost 3, LightGBM 4 and PyTorch
//! write, and from what picklescan 1.0, fickling 0.1 and modelscan 0.8 report (November 2026).

use super::{
    danger::Kind,
    node::{Id, Store},
};

/// What it means that a file names a class or function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Makes plain data, whatever its arguments.
    Constructor,
    /// Makes plain data if its arguments are as they should be.
    Checked(Check),
    /// May be handed on, as a metric or a transformation is; no pickler calls it.
    Named,
    /// Runs code, reads or writes files, or reaches out.
    Known,
    /// Not in a list.
    Unknown,
}

impl Verdict {
    /// What it means that it is named at all.
    pub fn danger(self) -> Option<Kind> {
        match self {
            Self::Constructor | Self::Checked(_) | Self::Named => None,
            Self::Known => Some(Kind::Known),
            Self::Unknown => Some(Kind::Unknown),
        }
    }
}

/// What the arguments must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// `type(x)` names a type; with three arguments it makes a class, with any method.
    OneArgument,
    /// `numpy.core._ufunc_reconstruct(module, name)` imports what it is told.
    Ufunc,
    /// `torch._tensor._rebuild_from_type_v2(function, …)` calls what it is given.
    Rebuild,
}

impl Check {
    /// Whether they are.
    pub fn holds(self, store: &Store, arguments: Id) -> bool {
        let mut arguments = store.elements(arguments);
        match self {
            Self::Rebuild => {
                let function = arguments.next().and_then(|first| store.global_of(first));
                function.is_some_and(|function| function.verdict == Verdict::Constructor)
            }
            Self::OneArgument => arguments.next().is_some() && arguments.next().is_none(),
            Self::Ufunc => {
                let mut text = || arguments.next().and_then(|id| store.text(id));
                let (module, name) = (text(), text());
                module.zip(name).is_some_and(|(module, name)| {
                    matches!(judge(module, name), Verdict::Named | Verdict::Constructor)
                })
            }
        }
    }
}

/// A module by the name that Python 3 gives it: protocols 0 to 2 are written with the names of Python 2.
pub fn today(module: String) -> String {
    match &*module {
        "__builtin__" | "exceptions" => "builtins".to_owned(),
        "copy_reg" => "copyreg".to_owned(),
        "cPickle" | "_pickle" => "pickle".to_owned(),
        "commands" => "subprocess".to_owned(),
        _ => module,
    }
}

/// What it means to name `name` of `module`.
pub fn judge(module: &str, name: &str) -> Verdict {
    if known(module, name) {
        return Verdict::Known;
    }
    // Protocol 4 follows dots from attribute to attribute: out of any class into `__globals__`.
    if name.contains('.') {
        let tricky =
            name.split('.').any(|part| part.starts_with("__") || known(part, "") || known("builtins", part));
        return if tricky { Verdict::Known } else { Verdict::Unknown };
    }
    let old = module.strip_prefix("numpy._core").map(|rest| format!("numpy.core{rest}"));
    let module = old.as_deref().unwrap_or(module);
    match (module, name) {
        ("builtins", "type") => return Verdict::Checked(Check::OneArgument),
        ("numpy.core", "_ufunc_reconstruct") => return Verdict::Checked(Check::Ufunc),
        ("torch._tensor", "_rebuild_from_type_v2") => return Verdict::Checked(Check::Rebuild),
        _ => {}
    }
    if SAFE.iter().any(|(of, names)| *of == module && names.contains(&name)) {
        return Verdict::Constructor;
    }
    if class_like(name)
        && CLASSES.iter().any(|room| inside(module, room))
        && !NO_CLASSES.iter().any(|room| inside(module, room))
        && !NOT_THEIRS.contains(&name)
    {
        return Verdict::Constructor;
    }
    // Cython's own way to make an object of a class, which it checks against the layout it was compiled with.
    let cython = name.strip_prefix("__pyx_unpickle_").is_some_and(class_like);
    if cython && CYTHON.iter().any(|room| inside(module, room)) {
        return Verdict::Constructor;
    }
    if FUNCTIONS.iter().any(|(of, names)| *of == module && names.contains(&name))
        || (METRICS.iter().any(|room| inside(module, room)) && function_like(name))
    {
        return Verdict::Named;
    }
    Verdict::Unknown
}

fn known(module: &str, name: &str) -> bool {
    MODULES.iter().any(|room| inside(module, room))
        || KNOWN.iter().any(|(of, names)| *of == module && names.contains(&name))
}

/// `room` itself or a module in it.
fn inside(module: &str, room: &str) -> bool {
    module.strip_prefix(room).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// As a class is written: `Pipeline`, `_BinMapper`.
pub fn class_like(name: &str) -> bool {
    name.trim_start_matches('_').starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// As a function is written: `accuracy_score`; none of Python's own `__names__`.
fn function_like(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

type Row = (&'static str, &'static [&'static str]);

/// Where every class may be made. Their constructors and `__setstate__` were read: they store what they are given.
/// Not `scipy.stats`: the `__setstate__` of a distribution runs a piece of its state as code.
const CLASSES: &[&str] = &[
    "catboost.core",
    "lightgbm.basic",
    "lightgbm.compat",
    "lightgbm.sklearn",
    "numpy.dtypes",
    "pandas.core.arrays",
    "pandas.core.dtypes",
    "pandas.core.frame",
    "pandas.core.indexes",
    "pandas.core.internals",
    "pandas.core.series",
    "scipy.interpolate",
    "sklearn",
    "torch.nn.modules",
    "xgboost.core",
    "xgboost.sklearn",
];

/// Except here, where things are loaded, fetched and run.
const NO_CLASSES: &[&str] =
    &["sklearn.externals", "sklearn.tests", "sklearn.utils._testing", "sklearn.conftest"];

/// Classes that those modules import from elsewhere, and which do more than to store.
const NOT_THEIRS: &[&str] = &[
    "CDLL",
    "DataLoader",
    "FileIO",
    "LocalPath",
    "Memory",
    "NamedTemporaryFile",
    "Parallel",
    "Path",
    "Popen",
    "Process",
    "SpooledTemporaryFile",
    "TemporaryDirectory",
    "TemporaryFile",
    "Thread",
    "ThreadPool",
    "ZipFile",
];

/// Where Cython makes objects.
const CYTHON: &[&str] = &["_loss", "numpy.random", "pandas._libs", "sklearn"];

/// Makers of plain data.
const SAFE: &[Row] = &[
    // What Cython in scikit-learn calls its losses: the module's name has lost its package.
    (
        "_loss",
        &[
            "CyAbsoluteError",
            "CyExponentialLoss",
            "CyHalfBinomialLoss",
            "CyHalfGammaLoss",
            "CyHalfMultinomialLoss",
            "CyHalfPoissonLoss",
            "CyHalfSquaredError",
            "CyHalfTweedieLoss",
            "CyHalfTweedieLossIdentity",
            "CyHuberLoss",
            "CyPinballLoss",
        ],
    ),
    ("_codecs", &["encode"]),
    (
        "builtins",
        &[
            "ArithmeticError",
            "AttributeError",
            "BaseException",
            "Ellipsis",
            "Exception",
            "IndexError",
            "KeyError",
            "NotImplemented",
            "RuntimeError",
            "RuntimeWarning",
            "TypeError",
            "UserWarning",
            "ValueError",
            "Warning",
            "bool",
            "bytearray",
            "bytes",
            "complex",
            "dict",
            "float",
            "frozenset",
            "int",
            "list",
            "long",
            "object",
            "range",
            "set",
            "slice",
            "str",
            "tuple",
            "unicode",
            "xrange",
        ],
    ),
    ("codecs", &["encode"]),
    ("collections", &["ChainMap", "Counter", "OrderedDict", "UserDict", "UserList", "defaultdict", "deque"]),
    ("copyreg", &["__newobj__", "__newobj_ex__", "_reconstructor"]),
    ("datetime", &["date", "datetime", "time", "timedelta", "timezone"]),
    ("decimal", &["Decimal"]),
    ("fractions", &["Fraction"]),
    ("joblib.numpy_pickle", &["NumpyArrayWrapper"]),
    ("sklearn.externals.joblib.numpy_pickle", &["NumpyArrayWrapper"]),
    (
        "numpy",
        &[
            "bool",
            "bool_",
            "bytes_",
            "complex128",
            "complex64",
            "datetime64",
            "dtype",
            "float16",
            "float32",
            "float64",
            "int16",
            "int32",
            "int64",
            "int8",
            "longdouble",
            "matrix",
            "ndarray",
            "object_",
            "str_",
            "timedelta64",
            "uint16",
            "uint32",
            "uint64",
            "uint8",
            "void",
        ],
    ),
    ("numpy.core.multiarray", &["_reconstruct", "scalar"]),
    ("numpy.core.numeric", &["_frombuffer"]),
    ("numpy.ma", &["MaskedArray"]),
    ("numpy.ma.core", &["MaskedArray", "MaskedConstant", "_mareconstruct"]),
    ("numpy.random", &["Generator", "RandomState"]),
    ("numpy.random._generator", &["Generator"]),
    ("numpy.random._mt19937", &["MT19937"]),
    ("numpy.random._pcg64", &["PCG64", "PCG64DXSM"]),
    ("numpy.random._philox", &["Philox"]),
    ("numpy.random._pickle", &["__bit_generator_ctor", "__generator_ctor", "__randomstate_ctor"]),
    ("numpy.random._sfc64", &["SFC64"]),
    ("numpy.random.bit_generator", &["SeedSequence"]),
    ("numpy.random.mtrand", &["RandomState"]),
    (
        "pandas",
        &[
            "Categorical",
            "CategoricalDtype",
            "DataFrame",
            "Index",
            "Interval",
            "MultiIndex",
            "RangeIndex",
            "Series",
            "Timedelta",
            "Timestamp",
        ],
    ),
    ("pandas._libs.internals", &["BlockPlacement", "_unpickle_block"]),
    ("pandas._libs.interval", &["Interval"]),
    ("pandas._libs.missing", &["NAType"]),
    ("pandas._libs.tslibs.nattype", &["_nat_unpickle"]),
    ("pandas._libs.tslibs.timedeltas", &["Timedelta", "_timedelta_unpickle"]),
    ("pandas._libs.tslibs.timestamps", &["Timestamp", "_unpickle_timestamp"]),
    ("pandas.core.indexes.base", &["_new_Index"]),
    ("pandas.core.indexes.datetimes", &["_new_DatetimeIndex"]),
    ("pandas.core.indexes.period", &["_new_PeriodIndex"]),
    ("pandas.core.internals.blocks", &["new_block"]),
    ("pathlib", &["PosixPath", "PurePosixPath", "PureWindowsPath", "WindowsPath"]),
    ("re", &["_compile"]),
    ("scipy.interpolate._interpolate", &["interp1d"]),
    ("scipy.interpolate.interpolate", &["interp1d"]),
    ("scipy.sparse", SPARSE),
    ("scipy.sparse._bsr", SPARSE),
    ("scipy.sparse._coo", SPARSE),
    ("scipy.sparse._csc", SPARSE),
    ("scipy.sparse._csr", SPARSE),
    ("scipy.sparse._dia", SPARSE),
    ("scipy.sparse._dok", SPARSE),
    ("scipy.sparse._lil", SPARSE),
    ("scipy.sparse.coo", SPARSE),
    ("scipy.sparse.csc", SPARSE),
    ("scipy.sparse.csr", SPARSE),
    ("scipy.sparse.lil", SPARSE),
    ("scipy.spatial._ckdtree", &["cKDTree"]),
    ("scipy.spatial._kdtree", &["KDTree"]),
    // A class, in spite of its name.
    ("sklearn.compose._column_transformer", &["make_column_selector"]),
    ("sklearn.metrics._dist_metrics", &["newObj"]),
    ("sklearn.neighbors._ball_tree", &["newObj"]),
    ("sklearn.neighbors._dist_metrics", &["newObj"]),
    ("sklearn.neighbors._kd_tree", &["newObj"]),
    ("torch", TORCH),
    ("torch._tensor", &["Tensor"]),
    ("torch.nn.parameter", &["Parameter", "UninitializedParameter"]),
    ("torch.storage", &["TypedStorage", "UntypedStorage"]),
    (
        "torch._utils",
        &[
            "_rebuild_device_tensor_from_numpy",
            "_rebuild_parameter",
            "_rebuild_parameter_with_state",
            "_rebuild_qtensor",
            "_rebuild_sparse_tensor",
            "_rebuild_tensor",
            "_rebuild_tensor_v2",
            "_rebuild_tensor_v3",
        ],
    ),
    ("torch.serialization", &["_get_layout"]),
    ("types", &["SimpleNamespace"]),
    ("uuid", &["UUID"]),
];

const SPARSE: &[&str] = &[
    "bsr_array",
    "bsr_matrix",
    "coo_array",
    "coo_matrix",
    "csc_array",
    "csc_matrix",
    "csr_array",
    "csr_matrix",
    "dia_array",
    "dia_matrix",
    "dok_array",
    "dok_matrix",
    "lil_array",
    "lil_matrix",
];

const TORCH: &[&str] = &[
    "BFloat16Storage",
    "BoolStorage",
    "ByteStorage",
    "CharStorage",
    "ComplexDoubleStorage",
    "ComplexFloatStorage",
    "DoubleStorage",
    "FloatStorage",
    "HalfStorage",
    "IntStorage",
    "LongStorage",
    "QInt32Storage",
    "QInt8Storage",
    "QUInt2x4Storage",
    "QUInt4x2Storage",
    "QUInt8Storage",
    "ShortStorage",
    "Size",
    "Tensor",
    "bfloat16",
    "bool",
    "complex128",
    "complex64",
    "device",
    "float16",
    "float32",
    "float64",
    "int16",
    "int32",
    "int64",
    "int8",
    "uint8",
];

/// Functions of numbers, which an estimator holds to apply them to its input.
const FUNCTIONS: &[Row] = &[
    ("numpy", NUMBERS),
    ("numpy.core", NUMBERS),
    ("numpy.core._multiarray_umath", NUMBERS),
    ("scipy.special", &["boxcox", "expit", "expm1", "inv_boxcox", "log1p", "logit", "softmax"]),
    ("scipy.special._ufuncs", &["boxcox", "expit", "expm1", "inv_boxcox", "log1p", "logit"]),
    ("sklearn.preprocessing._function_transformer", &["_identity"]),
];

const NUMBERS: &[&str] = &[
    "abs",
    "absolute",
    "add",
    "arccos",
    "arcsin",
    "arctan",
    "cbrt",
    "ceil",
    "clip",
    "cos",
    "cosh",
    "deg2rad",
    "divide",
    "exp",
    "exp2",
    "expm1",
    "fabs",
    "floor",
    "isfinite",
    "isnan",
    "log",
    "log10",
    "log1p",
    "log2",
    "max",
    "maximum",
    "mean",
    "median",
    "min",
    "minimum",
    "multiply",
    "nan_to_num",
    "negative",
    "power",
    "rad2deg",
    "ravel",
    "reciprocal",
    "rint",
    "round",
    "sign",
    "sin",
    "sinh",
    "sqrt",
    "square",
    "std",
    "subtract",
    "sum",
    "tan",
    "tanh",
    "trunc",
    "var",
];

/// Where every function may be handed on: scores, distances, tests of features.
const METRICS: &[&str] = &["sklearn.feature_selection", "sklearn.metrics"];

/// Modules of which nothing belongs into a model.
const MODULES: &[&str] = &[
    "IPython",
    "_aix_support",
    "_ctypes",
    "_osx_support",
    "_posixsubprocess",
    "_pyrepl",
    "_socket",
    "_sqlite3",
    "_thread",
    "aiohttp",
    "asyncio",
    "asyncore",
    "bdb",
    "cProfile",
    "cffi",
    "cgi",
    "cloudpickle",
    "code",
    "codeop",
    "concurrent",
    "ctypes",
    "dill",
    "distutils",
    "doctest",
    "ensurepip",
    "fabric",
    "fileinput",
    "fire",
    "ftplib",
    "gc",
    "glob",
    "http",
    "httplib",
    "httpx",
    "idlelib",
    "imaplib",
    "imp",
    "importlib",
    "inspect",
    "jinja2",
    "lib2to3",
    "linecache",
    "marshal",
    "mmap",
    "multiprocessing",
    "nntplib",
    "nt",
    "ntpath",
    "numpy.distutils",
    "numpy.f2py",
    "numpy.testing",
    "operator",
    "_operator",
    "os",
    "pandas.core.computation",
    "pandas.io",
    "paramiko",
    "pdb",
    "pexpect",
    "pickle",
    "pip",
    "pkg_resources",
    "pkgutil",
    "poplib",
    "posix",
    "posixpath",
    "profile",
    "pty",
    "pydoc",
    "requests",
    "runpy",
    "scipy._lib",
    "setuptools",
    "sh",
    "shelve",
    "shutil",
    "signal",
    "site",
    "sklearn.datasets",
    "smtplib",
    "socket",
    "socketserver",
    "sqlite3",
    "ssl",
    "subprocess",
    "sys",
    "sysconfig",
    "tarfile",
    "telnetlib",
    "tempfile",
    "test",
    "threading",
    "timeit",
    "torch._dynamo",
    "torch._inductor",
    "torch.distributed",
    "torch.fx",
    "torch.hub",
    "torch.jit",
    "torch.package",
    "torch.utils",
    "trace",
    "unittest",
    "urllib",
    "urllib2",
    "venv",
    "webbrowser",
    "winreg",
    "xmlrpc",
    "zipfile",
    "zipimport",
];

/// Single functions that run code, follow names, load, or open.
const KNOWN: &[Row] = &[
    (
        "builtins",
        &[
            "__import__",
            "apply",
            "breakpoint",
            "compile",
            "delattr",
            "eval",
            "exec",
            "execfile",
            "exit",
            "file",
            "getattr",
            "globals",
            "help",
            "input",
            "locals",
            "open",
            "quit",
            "raw_input",
            "reload",
            "setattr",
            "vars",
        ],
    ),
    ("_codecs", &["lookup", "register"]),
    ("_io", &["FileIO", "open", "open_code"]),
    ("codecs", &["lookup", "open", "register"]),
    ("collections", &["namedtuple"]),
    ("functools", &["partial", "partialmethod", "reduce", "singledispatch"]),
    ("_functools", &["partial", "reduce"]),
    ("io", &["FileIO", "open", "open_code"]),
    ("joblib", &["Memory", "Parallel", "dump", "load"]),
    ("joblib.memory", &["Memory"]),
    ("joblib.numpy_pickle", &["dump", "load", "load_temporary_memmap"]),
    ("joblib.parallel", &["Parallel"]),
    ("keras.models", &["load_model"]),
    ("logging", &["FileHandler"]),
    ("logging.config", &["dictConfig", "fileConfig", "listen"]),
    ("logging.handlers", &["SocketHandler", "HTTPHandler", "RotatingFileHandler"]),
    (
        "numpy",
        &["DataSource", "fromfile", "genfromtxt", "load", "loadtxt", "memmap", "save", "savetxt", "savez"],
    ),
    ("numpy.lib.npyio", &["fromfile", "genfromtxt", "load", "loadtxt", "save", "savetxt"]),
    ("numpy.lib._npyio_impl", &["fromfile", "genfromtxt", "load", "loadtxt", "save", "savetxt"]),
    ("numpy.core.records", &["fromfile"]),
    ("pandas", &["eval", "read_csv", "read_pickle"]),
    ("sklearn.externals.joblib", &["load"]),
    ("sklearn.externals.joblib.numpy_pickle", &["load"]),
    ("tensorflow", &["io", "py_function"]),
    ("tensorflow.keras.models", &["load_model"]),
    ("torch", &["classes", "compile", "load", "ops", "save"]),
    ("torch.serialization", &["load", "save"]),
    ("torch.storage", &["_load_from_bytes"]),
    ("types", &["CodeType", "FunctionType", "LambdaType", "MethodType", "ModuleType"]),
    ("yaml", &["full_load", "load", "load_all", "unsafe_load"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn all_are(verdict: Verdict, names: &[(&str, &str)]) {
        for (module, name) in names {
            assert_eq!(judge(module, name), verdict, "{module}.{name}");
        }
    }

    #[test]
    fn what_runs_code_is_known() {
        all_are(
            Verdict::Known,
            &[
                ("os", "system"),
                ("posix", "system"),
                ("nt", "system"),
                ("os.path", "join"),
                ("subprocess", "Popen"),
                ("builtins", "eval"),
                ("builtins", "__import__"),
                ("pickle", "loads"),
                ("torch", "load"),
                ("torch.storage", "_load_from_bytes"),
                ("importlib", "import_module"),
                ("operator", "methodcaller"),
                ("functools", "partial"),
                ("sklearn.datasets._base", "Path"),
                ("sklearn.pipeline", "Pipeline.__init__.__globals__"),
                ("sklearn.ensemble._base", "os.system"),
                ("numpy", "linalg.eval"),
            ],
        );
    }

    #[test]
    fn what_is_in_no_list_is_unknown() {
        all_are(
            Verdict::Unknown,
            &[
                ("__main__", "Model"),
                ("sklearnx.pipeline", "Pipeline"),
                ("sklearn.pipeline", "make_pipeline"),
                ("sklearn.ensemble._base", "Parallel"),
                ("sklearn.utils._testing", "Popen"),
                ("sklearn.pipeline", "Pipeline.fit"),
                ("sklearn.pipeline", "Pipeline\u{202e}"),
                ("sklearn.metrics", "__getattr__"),
                ("scipy.stats._continuous_distns", "norm_gen"),
                ("builtins", "print"),
                ("", ""),
            ],
        );
    }

    #[test]
    fn what_libraries_write_is_safe_to_make_or_to_hand_on() {
        all_are(
            Verdict::Constructor,
            &[
                ("sklearn.pipeline", "Pipeline"),
                ("sklearn.tree._tree", "Tree"),
                ("sklearn.neighbors._dist_metrics", "newObj"),
                ("sklearn._loss._loss", "__pyx_unpickle_CyHalfBinomialLoss"),
                ("sklearn.ensemble._hist_gradient_boosting.binning", "_BinMapper"),
                ("numpy._core.multiarray", "_reconstruct"),
                ("numpy.core.multiarray", "scalar"),
                ("xgboost.sklearn", "XGBRegressor"),
                ("scipy.sparse._csr", "csr_matrix"),
            ],
        );
        let named = [("numpy", "log1p"), ("sklearn.metrics._classification", "accuracy_score")];
        all_are(Verdict::Named, &named);
    }

    #[test]
    fn no_row_is_in_both_lists() {
        for (module, names) in SAFE.iter().chain(FUNCTIONS) {
            for name in *names {
                assert!(!known(module, name), "{module}.{name}");
            }
        }
    }
}
