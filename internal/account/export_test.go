package account

// What tests of the package see of it.
var (
	Holds       = holds
	Within      = within
	StepOf      = stepOf
	Guessable   = guessable
	ParseHash   = parseHash
	KindOf      = kindOf
	BrakePair   = brakePair
	Next        = brake.next
	ForgetAfter = forgotten
)
