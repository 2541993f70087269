use super::{
    super::{Format, Kind},
    *,
};

/// The calls that are reported, with their place and whether they are known.
fn dangers(bytes: &[u8]) -> Vec<(String, u64, Kind)> {
    let model = model(bytes).unwrap_or_else(|fault| panic!("{}: {fault}", bytes.escape_ascii()));
    model.dangers.into_iter().map(|danger| (danger.call, danger.place, danger.kind)).collect()
}

#[test]
fn os_system_in_every_protocol() {
    for (file, place) in [
        (fixture!("danger-os-system-0.pkl"), 39),
        (fixture!("danger-os-system-1.pkl"), 39),
        (fixture!("danger-os-system-2.pkl"), 40),
        (fixture!("danger-os-system-3.pkl"), 40),
        (fixture!("danger-os-system-4.pkl"), 47),
        (fixture!("danger-os-system-5.pkl"), 47),
    ] {
        let found = dangers(file.1);
        assert_eq!(found, [("posix.system('echo slipway')".into(), place, Kind::Known)], "{}", file.0);
        // The byte that is named is a REDUCE.
        assert_eq!(file.1[usize::try_from(place).unwrap()], b'R');
    }
}

#[test]
fn calls_in_files_that_libraries_write() {
    for (file, call) in [
        (fixture!("danger-nested.pkl"), "builtins.eval('1+1')"),
        (fixture!("danger-inst.pkl"), "os.system('echo slipway')"),
        (fixture!("danger-getattr.pkl"), "builtins.getattr([], 'append')"),
        (fixture!("danger-run-path.pkl"), "runpy.run_path('slipway.py')"),
        (fixture!("danger-function-transformer.pkl"), "posix.system"),
        (fixture!("danger-object-array.joblib"), "posix.system('echo slipway')"),
        (fixture!("danger.npy"), "posix.system('echo slipway')"),
        (fixture!("danger.npz"), "posix.system('echo slipway')"),
        (fixture!("torch-layout-danger.pt"), "posix.system('echo slipway')"),
        (fixture!("torch-layout-second-danger.pt"), "posix.system('echo slipway')"),
        (fixture!("layout-lambda.keras"), "keras.layers.Lambda(<bytecode of Python>)"),
    ] {
        let found = dangers(file.1);
        assert_eq!(found.len(), 1, "{}: {found:?}", file.0);
        assert_eq!((&*found[0].0, found[0].2), (call, Kind::Known), "{}", file.0);
    }
    let found = dangers(fixture!("danger-loads.pkl").1);
    assert!(found[0].0.starts_with("pickle.loads(b'"), "{found:?}");
    let within = model(fixture!("torch-layout-second-danger.pt").1).unwrap().dangers.remove(0).within;
    assert_eq!(within.as_deref(), Some("archive/other.pkl"));
}

/// A short string of protocol 4.
fn text(text: &str) -> Vec<u8> {
    [&[0x8c, u8::try_from(text.len()).unwrap()], text.as_bytes()].concat()
}

/// A class or function by STACK_GLOBAL.
fn global(module: &str, name: &str) -> Vec<u8> {
    [text(module), text(name), vec![0x93]].concat()
}

/// A pickle of protocol 4.
fn pickle(parts: &[&[u8]]) -> Vec<u8> {
    [&[0x80, 4], &*parts.concat(), b"."].concat()
}

#[test]
fn every_opcode_that_calls_is_seen() {
    let popen = global("subprocess", "Popen");
    let command = text("id");
    for (bytes, call) in [
        (pickle(&[&popen, &command, b"\x85R"]), "subprocess.Popen('id')"),
        (pickle(&[&popen, &command, b"\x85\x81"]), "subprocess.Popen('id')"),
        (pickle(&[&popen, &command, b"\x85}\x92"]), "subprocess.Popen('id', {})"),
        (pickle(&[b"(", &popen, &command, b"o"]), "subprocess.Popen('id')"),
        (b"(S'id'\nicommands\ngetoutput\n.".to_vec(), "subprocess.getoutput('id')"),
        (b"c__builtin__\neval\n(S'1'\ntR.".to_vec(), "builtins.eval('1')"),
        // The names come out of the memo.
        (
            pickle(&[&text("os"), b"\x94", &text("system"), b"\x940h\x00h\x01\x93", &command, b"\x85R"]),
            "os.system('id')",
        ),
        // Only named, or only kept.
        (pickle(&[&global("os", "system")]), "os.system"),
        (pickle(&[b"]", &global("os", "system"), b"a"]), "os.system"),
        (pickle(&[&global("collections", "defaultdict"), &global("os", "getcwd"), b"\x85R"]), "os.getcwd"),
        // From attribute to attribute.
        (
            pickle(&[&global("sklearn.pipeline", "os.system"), &command, b"\x85R"]),
            "sklearn.pipeline.os.system('id')",
        ),
        (
            pickle(&[&global("builtins", "__import__('os').system"), &command, b"\x85R"]),
            "builtins.__import__('os').system('id')",
        ),
    ] {
        let found = dangers(&bytes);
        let found: Vec<_> = found.iter().map(|(call, _, kind)| (&**call, *kind)).collect();
        assert_eq!(found, [(call, Kind::Known)], "{}", bytes.escape_ascii());
    }
}

#[test]
fn names_that_are_made_while_loading_are_a_danger() {
    // The module's name is what `_codecs.encode('os', …)` returns.
    let made = [global("_codecs", "encode"), text("os"), text("latin1"), b"\x86R".to_vec()].concat();
    let found = dangers(&pickle(&[&made, &text("system"), b"\x93", &text("id"), b"\x85R"]));
    assert_eq!(found[0].0, "<_codecs.encode('os', 'latin1')>.<'system'>");
    assert_eq!(found[0].2, Kind::Known);
    // Python stops at what is no string, before anything is imported.
    let object = [global("sklearn.pipeline", "Pipeline"), b")\x81".to_vec()].concat();
    for name in [&*object, b"K\x01", b"]"] {
        let fault = model(&pickle(&[name, &text("system"), b"\x93"])).unwrap_err();
        assert!(matches!(fault, Fault::Malformed { what: "a name that is no string", .. }), "{fault}");
    }
    // A name that is too long to be one.
    let long = [b"c".as_slice(), &b"a".repeat(100_000), b"\nb\n."].concat();
    assert_eq!(dangers(&long)[0].2, Kind::Unknown);
}

#[test]
fn what_nobody_knows_is_reported_as_unknown() {
    for (bytes, call) in [
        (pickle(&[&global("__main__", "Model"), b")\x81"]), "__main__.Model()"),
        (pickle(&[&global("mine.parts", "clean")]), "mine.parts.clean"),
        (pickle(&[b"\x82\x07"]), "<copyreg extension 7>"),
        // A class made of three arguments can have any method.
        (pickle(&[&global("builtins", "type"), &text("A"), b")}\x87R"]), "builtins.type('A', (), {})"),
        // It imports what it is told.
        (
            pickle(&[&global("numpy.core", "_ufunc_reconstruct"), &text("os"), &text("system"), b"\x86R"]),
            "numpy.core._ufunc_reconstruct('os', 'system')",
        ),
        // A metric is handed on, not called by the file.
        (pickle(&[&global("sklearn.metrics", "get_scorer"), b")R"]), "sklearn.metrics.get_scorer()"),
        // What a call returned is called.
        (pickle(&[&global("collections", "OrderedDict"), b")R)R"]), "collections.OrderedDict()()"),
        // Its state is run as code by scipy.
        (
            pickle(&[&global("scipy.stats._continuous_distns", "norm_gen"), b")\x81"]),
            "scipy.stats._continuous_distns.norm_gen()",
        ),
    ] {
        let found = dangers(&bytes);
        let found: Vec<_> = found.iter().map(|(call, _, kind)| (&**call, *kind)).collect();
        assert_eq!(found, [(call, Kind::Unknown)], "{}", bytes.escape_ascii());
    }
}

#[test]
fn plain_data_is_no_danger() {
    for bytes in [
        pickle(&[&global("numpy.core", "_ufunc_reconstruct"), &text("numpy"), &text("log1p"), b"\x86R"]),
        pickle(&[&global("builtins", "type"), b"N\x85R"]),
        pickle(&[&global("collections", "OrderedDict"), b")R", &text("a"), b"K\x01s"]),
        pickle(&[&global("datetime", "date"), b"C\x04\x07\xe0\x01\x01\x85R"]),
        b"]q\x00(K\x01K\x02e.".to_vec(),
        pickle(&[&text("os"), &text("system"), b"\x86"]),
    ] {
        assert_eq!(dangers(&bytes), [], "{}", bytes.escape_ascii());
    }
}

#[test]
fn tricks_with_build_are_seen() {
    let class = global("sklearn.base", "BaseEstimator");
    // The class itself is changed, for the whole program.
    let found = dangers(&pickle(&[&class, b"}", &text("a"), b"K\x01sb"]));
    assert_eq!(found[0].0, "sklearn.base.BaseEstimator.__dict__.update(…)");
    // The object's own `__setstate__`, which the second BUILD calls.
    let own = [b"}".as_slice(), &text("__setstate__"), &global("codecs", "encode"), b"sb"].concat();
    let found = dangers(&pickle(&[&class, b")\x81", &own, &text("x"), b"b"]));
    assert_eq!(found[0].0, "{'__setstate__': …}");
    let own = [b"(".as_slice(), &text("__setstate__"), &global("codecs", "encode"), b"db"].concat();
    let found = dangers(&pickle(&[&class, b")\x81", &own, &text("x"), b"b"]));
    assert_eq!(found[0].0, "{'__setstate__': …}");
    // Items set on a class.
    let found = dangers(&pickle(&[&class, &text("a"), b"K\x01s"]));
    assert_eq!(found[0].0, "sklearn.base.BaseEstimator[…] = …");
}

#[test]
fn a_call_does_not_hide_in_an_array_of_joblib() {
    // To joblib the call is the content of an array, to pickle it is a call.
    let hidden = b"cos\nsystem\n(S'id'\ntR.";
    let length = u8::try_from(hidden.len()).unwrap();
    let wrapper = [
        b"cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}(".as_slice(),
        &text("dtype"),
        b"cnumpy\ndtype\n",
        &text("u1"),
        b"\x85R",
        &text("shape"),
        &[b'K', length, 0x85, b'u', b'b'],
        hidden,
    ]
    .concat();
    let model = model(&pickle(&[&wrapper])).unwrap();
    assert_eq!(model.format, Format::Joblib);
    assert_eq!(model.dangers[0].call, "os.system('id')");
}

#[test]
fn a_function_is_not_called_through_another() {
    let rebuild = global("torch._tensor", "_rebuild_from_type_v2");
    let import = global("numpy.core", "_ufunc_reconstruct");
    let found = dangers(&pickle(&[&rebuild, b"(", &import, b"N", &text("os"), &text("system"), b"\x86NtR"]));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].0.starts_with("torch._tensor._rebuild_from_type_v2("), "{found:?}");
    let tensor = global("torch._utils", "_rebuild_tensor_v2");
    assert_eq!(dangers(&pickle(&[&rebuild, b"(", &tensor, b"N)NtR"])), []);
}

#[test]
fn what_comes_after_the_first_pickle_is_read() {
    let evil = fixture!("danger-os-system-4.pkl").1;
    let old = fixture!("danger-os-system-0.pkl").1;
    let good = fixture!("iris-protocol-4.pkl").1;
    for second in [evil, old] {
        let both = [good, second].concat();
        let model = model(&both).unwrap();
        assert_eq!(model.class.as_deref(), Some("sklearn.pipeline.Pipeline"));
        assert_eq!(model.dangers.len(), 1);
        assert!(model.dangers[0].place > good.len() as u64);
    }
    // What is no pickle there is no danger: half of all bytes are an opcode.
    for junk in [b"junk".as_slice(), &[0; 100], b"cfoo\nbar\njunk", b"\x89PNG"] {
        let model = model(&[good, junk].concat()).unwrap();
        assert_eq!((model.dangers.len(), model.broken), (0, None), "{}", junk.escape_ascii());
        assert_eq!(model.format, Format::Pickle);
    }
}

#[test]
fn a_pickle_that_breaks_has_run_until_there() {
    let evil = fixture!("danger-os-system-4.pkl").1;
    let called = evil.len() - 2;
    for bytes in
        [&evil[..called], &[&evil[..called], b"\xff"].concat(), &[&evil[..called], b"00000"].concat()]
    {
        let model = model(bytes).unwrap();
        assert_eq!(model.dangers[0].call, "posix.system('echo slipway')");
        assert!(model.broken.is_some());
    }
    // Without any danger it is only broken.
    let good = fixture!("iris-protocol-4.pkl").1;
    assert!(matches!(model(&good[..100]), Err(Fault::Truncated { at: 100 })));
}

#[test]
fn a_call_is_shown_harmlessly() {
    let argument = "\u{1b}[2J\n\u{202e}".to_owned() + &"x".repeat(200);
    let found = dangers(&pickle(&[&global("os", "system"), &text(&argument), b"\x85R"]));
    assert!(found[0].0.starts_with("os.system('\\u{1b}[2J\\n\\u{202e}xxx"), "{}", found[0].0);
    assert!(found[0].0.chars().count() < 220);
    assert!(!found[0].0.chars().any(char::is_control));
    // Names, too, which are also in the list of calls.
    let model = model(&pickle(&[&global("o\u{7}s", "sys\u{1b}tem"), b")R"])).unwrap();
    assert_eq!(model.calls, ["o\\u{7}s.sys\\u{1b}tem"]);
    assert_eq!(model.dangers[0].call, "o\\u{7}s.sys\\u{1b}tem()");
    // A quote ends the argument only where it is the argument's end.
    let found = dangers(&pickle(&[&global("os", "system"), &text("echo 'a' \"b\""), b"\x85R"]));
    assert_eq!(found[0].0, r#"os.system('echo \'a\' "b"')"#);
}

#[test]
fn many_dangers_are_counted() {
    let many: Vec<u8> = (0..1000u16)
        .flat_map(|number| [global("os", "system"), text(&number.to_string()), b"\x85R0".to_vec()].concat())
        .collect();
    let model = model(&pickle(&[&many, b"N"])).unwrap();
    assert_eq!(model.dangers.len(), 100);
    assert_eq!(model.more_dangers, 900);
    assert_eq!(model.dangers[99].call, "os.system('99')");
}
