// The C types of the public header, in the order in which scripts/generate-header writes them. Declarations only: Swift
// cannot export structs and enums to C, so they live here and the functions in Sources/CofferC.
#ifndef COFFER_C_TYPES_H
#define COFFER_C_TYPES_H

#include "coffer_overview.h"
#include "coffer_version.h"
#include "coffer_status.h"
#include "coffer_handles.h"
#include "coffer_results.h"
#include "coffer_options.h"
#include "coffer_drivers.h"
#include "coffer_capabilities.h"

#endif
