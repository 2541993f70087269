//! The opcodes of pickle, protocols 0 to 5, and what follows each. Source: CPython's `Lib/pickletools.py`.

/// What follows an opcode in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // the names say it: bits, then for texts and bytes the bits of the length before them
pub enum Argument {
    None,
    Unsigned8,
    Unsigned16,
    Signed32,
    Unsigned32,
    Unsigned64,
    /// A double, big endian.
    Real,
    /// A decimal number and a newline.
    Decimal,
    /// A literal of Python and a newline.
    Quoted,
    /// Unicode with `\u` escapes and a newline.
    Escaped,
    /// Two lines: module and name.
    Names,
    Long8,
    Long32,
    Text8,
    Text32,
    /// Text whose length is signed.
    TextSigned32,
    Text64,
    Bytes8,
    Bytes32,
    Bytes64,
}

macro_rules! opcodes {
    ($($code:literal $name:ident $argument:ident)*) => {
        /// An opcode, named as in pickletools.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs)] // pickletools documents each
        pub enum Opcode { $($name),* }

        /// The opcode of a byte and what follows it.
        pub fn of(byte: u8) -> Option<(Opcode, Argument)> {
            match byte {
                $($code => Some((Opcode::$name, Argument::$argument)),)*
                _ => None,
            }
        }
    };
}

opcodes! {
    // Protocol 0 and 1
    b'(' Mark None
    b'.' Stop None
    b'0' Pop None
    b'1' PopMark None
    b'2' Dup None
    b'F' Float Decimal
    b'I' Int Decimal
    b'J' BinInt Signed32
    b'K' BinInt1 Unsigned8
    b'L' Long Decimal
    b'M' BinInt2 Unsigned16
    b'N' None None
    b'P' PersId Escaped
    b'Q' BinPersId None
    b'R' Reduce None
    b'S' String Quoted
    b'T' BinString TextSigned32
    b'U' ShortBinString Text8
    b'V' Unicode Escaped
    b'X' BinUnicode Text32
    b'a' Append None
    b'b' Build None
    b'c' Global Names
    b'd' Dict None
    b'}' EmptyDict None
    b'e' Appends None
    b'g' Get Decimal
    b'h' BinGet Unsigned8
    b'i' Inst Names
    b'j' LongBinGet Unsigned32
    b'l' List None
    b']' EmptyList None
    b'o' Obj None
    b'p' Put Decimal
    b'q' BinPut Unsigned8
    b'r' LongBinPut Unsigned32
    b's' SetItem None
    b't' Tuple None
    b')' EmptyTuple None
    b'u' SetItems None
    b'G' BinFloat Real
    // Protocol 2
    0x80 Proto Unsigned8
    0x81 NewObj None
    0x82 Ext1 Unsigned8
    0x83 Ext2 Unsigned16
    0x84 Ext4 Unsigned32
    0x85 Tuple1 None
    0x86 Tuple2 None
    0x87 Tuple3 None
    0x88 NewTrue None
    0x89 NewFalse None
    0x8a Long1 Long8
    0x8b Long4 Long32
    // Protocol 3
    b'B' BinBytes Bytes32
    b'C' ShortBinBytes Bytes8
    // Protocol 4
    0x8c ShortBinUnicode Text8
    0x8d BinUnicode8 Text64
    0x8e BinBytes8 Bytes64
    0x8f EmptySet None
    0x90 AddItems None
    0x91 FrozenSet None
    0x92 NewObjEx None
    0x93 StackGlobal None
    0x94 Memoize None
    0x95 Frame Unsigned64
    // Protocol 5
    0x96 ByteArray8 Bytes64
    0x97 NextBuffer None
    0x98 ReadOnlyBuffer None
}
