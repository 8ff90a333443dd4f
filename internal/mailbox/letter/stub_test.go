package letter

func quoteSamples() []sample         { return nil }
func trimSamples() []sample          { return nil }
func bounceSamples() []sample        { return nil }
func wordingSamples() []sample       { return nil }
func autoSamples() []sample          { return nil }
func machineSamples() []sample       { return nil }
