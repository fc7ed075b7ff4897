#!/bin/sh
# /usr/local/bin/motlan: the commands for people of this machine, as the account and with the settings of the services.
# Files they name must be readable for that account.
exec sudo -u motlan env \
  MOTLAN_CONFIG=/etc/motlan/motlan.toml MOTLAN_DATA=/var/lib/motlan CREDENTIALS_DIRECTORY=/etc/motlan/secrets \
  /opt/motlan/bin/motlan "$@"
