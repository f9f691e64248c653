// libxml2 for Swift.
#ifndef MUSTER_CLIBXML2_SHIM_H
#define MUSTER_CLIBXML2_SHIM_H

// Its character encodings bring in ICU, which Foundation has as well, in another version; nobody here looks at them.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

// A global function pointer, which Swift takes for shared mutable state.
static inline void muster_xmlFree(void *memory) { xmlFree(memory); }

#endif
