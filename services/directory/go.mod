module muster/services/directory

go 1.26.0

require muster/libs v0.0.0

replace muster/libs => ../../libs
