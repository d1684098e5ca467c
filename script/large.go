package script

func analyseLarge(src []byte, o Options) *Analysis { return &Analysis{Parsed: ParsedLexical} }
