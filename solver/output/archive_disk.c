#include "output/archive_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/memory.h"

typedef struct {
  H5FD_t base; /* first: what HDF5 sees */
  SbArchiveDisk *disk;
  haddr_t end_of_space, end_of_file;
} DriverFile;

static const haddr_t largest_address = ((haddr_t)1 << 62) - 1;

static DriverFile *as_driver(const H5FD_t *file) {
  return (DriverFile *)(void *)(uintptr_t)file;
}

static void keep_error(SbArchiveDisk *disk) {
  if (disk->error == 0)
    disk->error = errno ? errno : EIO;
}

/* ---- the driver's functions
 * --------------------------------------------------------------------------------------------- */
static H5FD_t *driver_open(const char *name, unsigned flags, hid_t access, haddr_t most) {
  (void)name, (void)flags, (void)most;
  DriverFile *file = sb_calloc(1, sizeof *file);
  /* the information is the pointer itself */
  memcpy(&file->disk, H5Pget_driver_info(access), sizeof(void *));
  return &file->base;
}

static herr_t driver_close(H5FD_t *base) {
  free(as_driver(base));
  return 0;
}

static herr_t driver_query(const H5FD_t *base, unsigned long *flags) {
  (void)base;
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
           H5FD_FEAT_AGGREGATE_SMALLDATA;
  return 0;
}

static haddr_t driver_get_eoa(const H5FD_t *base, H5FD_mem_t type) {
  (void)type;
  return as_driver(base)->end_of_space;
}

static herr_t driver_set_eoa(H5FD_t *base, H5FD_mem_t type, haddr_t address) {
  (void)type;
  as_driver(base)->end_of_space = address;
  return 0;
}

static haddr_t driver_get_eof(const H5FD_t *base, H5FD_mem_t type) {
  (void)type;
  return as_driver(base)->end_of_file;
}

/* Beyond the end, or where reading fails, there are zeros. */
static herr_t driver_read(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, void *buffer) {
  (void)type, (void)transfer;
  SbArchiveDisk *disk = as_driver(base)->disk;
  char *to = buffer;
  while (size > 0) {
    const ssize_t count = pread(disk->descriptor, to, size, (off_t)address);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      keep_error(disk);
    if (count <= 0)
      break;
    to += count;
    size -= (size_t)count;
    address += (haddr_t)count;
  }
  memset(to, 0, size);
  return 0;
}

static herr_t driver_write(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size,
                           const void *buffer) {
  (void)type, (void)transfer;
  DriverFile *file = as_driver(base);
  const char *from = buffer;
  if (address + size > file->end_of_file)
    file->end_of_file = address + size;
  while (size > 0 && file->disk->error == 0) {
    const ssize_t count = pwrite(file->disk->descriptor, from, size, (off_t)address);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0) {
      keep_error(file->disk);
      break;
    }
    from += count;
    size -= (size_t)count;
    address += (haddr_t)count;
  }
  return 0;
}

static herr_t driver_truncate(H5FD_t *base, hid_t transfer, hbool_t closing) {
  (void)transfer, (void)closing;
  DriverFile *file = as_driver(base);
  if (file->disk->error == 0 && ftruncate(file->disk->descriptor, (off_t)file->end_of_space) != 0)
    keep_error(file->disk);
  file->end_of_file = file->end_of_space;
  return 0;
}

/* ---- the file
 * ----------------------------------------------------------------------------------------------------------- */
bool sb_archive_disk_open(SbArchiveDisk *disk, const char *path) {
  *disk = (SbArchiveDisk){.descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666), .driver = H5I_INVALID_HID};
  if (disk->descriptor < 0) {
    keep_error(disk);
    return false;
  }
  /* a file system without locks is no reason to fail */
  const bool busy = flock(disk->descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  if (busy || ftruncate(disk->descriptor, 0) != 0)
    keep_error(disk);
  if (disk->error == 0)
    return true;
  close(disk->descriptor);
  disk->descriptor = -1;
  return false;
}

hid_t sb_archive_disk_file(SbArchiveDisk *disk, const char *path) {
  const H5FD_class_t driver = {.name = "saltbridge",
                               .maxaddr = largest_address,
                               .fc_degree = H5F_CLOSE_STRONG,
                               .fapl_size = sizeof(void *),
                               .open = driver_open,
                               .close = driver_close,
                               .query = driver_query,
                               .get_eoa = driver_get_eoa,
                               .set_eoa = driver_set_eoa,
                               .get_eof = driver_get_eof,
                               .read = driver_read,
                               .write = driver_write,
                               .truncate = driver_truncate,
                               .fl_map = H5FD_FLMAP_DICHOTOMY};
  disk->driver = H5FDregister(&driver);
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS), create = H5Pcreate(H5P_FILE_CREATE);
  H5Pset_driver(access, disk->driver, &disk);
  H5Pset_link_creation_order(create, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, create, access);
  H5Pclose(create);
  H5Pclose(access);
  return file;
}

void sb_archive_disk_close(SbArchiveDisk *disk) {
  /* only now: HDF5 looks at the driver once more after a file has let it go */
  if (disk->driver >= 0)
    H5FDunregister(disk->driver);
  disk->driver = H5I_INVALID_HID;
  if (disk->descriptor >= 0 && close(disk->descriptor) != 0)
    keep_error(disk);
  disk->descriptor = -1;
}
