#include "model/fill.h"

double sb_profile_at(const SbProfile *profile, double x) {
  const int last = profile->count - 1;
  if (last < 0)
    return 0.0;
  if (last == 0 || x <= profile->x[0])
    return profile->concentration[0];
  if (x >= profile->x[last])
    return profile->concentration[last];
  int low = 0, high = last; /* x[low] <= x < x[high] */
  while (high - low > 1) {
    const int middle = low + (high - low) / 2;
    if (profile->x[middle] <= x)
      low = middle;
    else
      high = middle;
  }
  const double part = (x - profile->x[low]) / (profile->x[high] - profile->x[low]);
  return profile->concentration[low] + part * (profile->concentration[high] - profile->concentration[low]);
}
