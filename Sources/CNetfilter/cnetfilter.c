// A C target needs one source file; everything of this one is in its header.
#include "CNetfilter.h"
