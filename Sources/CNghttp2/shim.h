// libnghttp2 as Swift sees it: frames and header compression, in memory on both sides.
#pragma once

#include <nghttp2/nghttp2.h>
